import type { Certificate, CertificationRequest } from '@chancery/pki'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import { DES, DES3, resemblances } from './habit.ts'
import type { Resemblance } from './inspection.ts'
import { readable } from './node.ts'

/** What a server knows of a request already, so that no key is needed and nothing is read or verified a second time. */
export interface KnownOfRequest {
  /** Or its octets, if it was not opened. */
  readonly message: PkiMessage | Buffer
  readonly signer: Certificate | undefined
  readonly csr: CertificationRequest | undefined
  /** As `ScepRequest` has it. */
  readonly legacy: readonly string[]
  /** The message parameter of a GET, as it was written. */
  readonly rawMessage: string | undefined
}

const ENCRYPTIONS: Readonly<Record<string, string>> = { 'des-cbc': DES, 'des-ede3-cbc': DES3 }

/** The program whose habits a request has, with what they are; a guess, and undefined where nothing stands out. */
export function recogniseClient(known: KnownOfRequest): Resemblance | undefined {
  const { message: given } = known
  const message = Buffer.isBuffer(given) ? readable(() => readPkiMessage(given)) : given
  const oid = known.legacy.map((name) => ENCRYPTIONS[name]).find((each) => each !== undefined)
  const [first] = resemblances({
    kind: 'request',
    element: message?.element,
    attributes: message?.attributes ?? [],
    certificates: [],
    csr: known.csr,
    input: { query: { rawMessage: known.rawMessage } },
    signature: { signer: known.signer },
    envelope: oid === undefined ? undefined : { contentEncryption: { oid } },
    signedData: message?.signedData,
  })
  return first
}

import { type Certificate, type CertificationRequest, parseSignedData, readFirst } from '@chancery/pki'
import { DES, DES3, resemblances } from './habit.ts'
import type { Resemblance } from './inspection.ts'
import { readable } from './node.ts'

/** What a server knows of a request already, so that no key is needed and nothing is verified a second time. */
export interface KnownOfRequest {
  readonly signer: Certificate | undefined
  readonly csr: CertificationRequest | undefined
  /** As `ScepRequest` has it. */
  readonly legacy: readonly string[]
  /** The message parameter of a GET, as it was written. */
  readonly rawMessage: string | undefined
}

const ENCRYPTIONS: Readonly<Record<string, string>> = { 'des-cbc': DES, 'des-ede3-cbc': DES3 }

/** The program whose habits a request has, with what they are; a guess, and undefined where nothing stands out. */
export function recogniseClient(bytes: Buffer, known: KnownOfRequest): Resemblance | undefined {
  const element = readable(() => readFirst(bytes).element)
  const signedData = element && readable(() => parseSignedData(element))
  const oid = known.legacy.map((name) => ENCRYPTIONS[name]).find((each) => each !== undefined)
  const [first] = resemblances({
    kind: 'request',
    element,
    attributes: signedData?.signerInfos[0]?.signedAttributes ?? [],
    certificates: [],
    csr: known.csr,
    input: { query: { rawMessage: known.rawMessage } },
    signature: { signer: known.signer },
    envelope: oid === undefined ? undefined : { contentEncryption: { oid } },
    signedData,
  })
  return first
}

import {
  type Certificate,
  DIGESTS,
  type DigestName,
  digestByOid,
  identifies,
  isSelfSigned,
  nameToText,
} from '@chancery/pki'
import type { PkiMessage } from '../pki-message.ts'
import type { Reason } from '../reason.ts'
import { ScepError } from '../scep-error.ts'
import { verifyingCertificate } from '../signature.ts'
import { keyText } from './tree/key.ts'

/** Whose signature it is, found out by the same functions as a server's, but with every digest allowed. */
export interface SignatureFacts {
  readonly digest: DigestName | undefined
  /** The certificate whose key made the signature. */
  readonly signer: Certificate | undefined
  /** Whether that certificate came in the message, or was given by hand. */
  readonly from: 'message' | 'authorities' | undefined
  readonly selfSigned: boolean
  /** Why there is no signer. */
  readonly reason: Reason | undefined
  readonly sentence: string
}

const EVERY_DIGEST: readonly DigestName[] = DIGESTS.map(({ name }) => name)

export function examineSignature(
  message: PkiMessage,
  certificates: readonly Certificate[],
  authorities: readonly Certificate[],
): SignatureFacts {
  const digest = digestByOid(message.signerInfo.digestAlgorithm.oid)?.name
  const none = { digest, signer: undefined, from: undefined, selfSigned: false }
  if (digest === undefined) {
    return { ...none, reason: 'digest_refused', sentence: 'not verified: the digest algorithm is unknown' }
  }
  const named = (all: readonly Certificate[]) => all.filter((each) => identifies(message.signerInfo.sid, each))
  const own = named(certificates)
  const given = named(authorities)
  const candidates = [...own, ...given]
  if (candidates.length === 0) {
    return { ...none, reason: 'signer_missing', sentence: 'not verified: the certificate of the signer is not here' }
  }
  try {
    const signer = verifyingCertificate(message, candidates, digest, EVERY_DIGEST)
    const from = own.includes(signer) ? 'message' : 'authorities'
    const selfSigned = isSelfSigned(signer)
    const whose = `${keyText(signer.publicKey)} key of ${nameToText(signer.subject) || '(empty subject)'}`
    return { digest, signer, from, selfSigned, reason: undefined, sentence: `right: made with the ${whose}` }
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    return { ...none, reason: error.reason, sentence: `wrong: ${error.detail ?? error.message}` }
  }
}

import { type Certificate, findSignerCertificates, isSelfSigned, sameName } from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import type { PkiMessage } from '../pki-message.ts'
import { ScepError } from '../scep-error.ts'
import { acceptedDigest, checkSignatureAlgorithm, isPss, verifyingCertificate } from '../signature.ts'

/** Who signed a message; proof of a key, never of a name (S-2.4-01). */
export interface MessageSigner {
  readonly certificate: Certificate
  /** The certificate's own key made its signature: it was made by the client itself. */
  readonly selfSigned: boolean
}

/**
 * Verifies the signature of a request and says whose it is. Nothing in the certificate is believed but its key: names,
 * serial, validity and key usage of self-signed ones are all over the place (S-2.3-06, S-2.3-09).
 * @throws {ScepError} badAlg for algorithms, badMessageCheck for everything else
 */
export function verifySigner(message: PkiMessage, policy: MessagePolicy): MessageSigner {
  const digest = acceptedDigest(message.signerInfo, policy.digests)
  checkSignatureAlgorithm(message.signerInfo, policy.digests)
  if (!policy.rsaPss && isPss(message.signerInfo.signatureAlgorithm)) {
    throw new ScepError('signature_algorithm_refused', { detail: 'RSASSA-PSS' })
  }
  const candidates = signerCandidates(message)
  const certificate = verifyingCertificate(message, candidates, digest, policy.digests)
  const selfSigned = isSelfSigned(certificate)
  if (!selfSigned && sameName(certificate.issuer, certificate.subject)) {
    const detail =
      "the self-signed certificate's own signature is wrong, or of a kind that we do not verify, such as MD5"
    throw new ScepError('bad_signature', { detail })
  }
  return { certificate, selfSigned }
}

function signerCandidates({ signedData, signerInfo }: PkiMessage): Certificate[] {
  const candidates = findSignerCertificates(signedData, signerInfo.sid)
  if (candidates.length === 0)
    throw new ScepError('signer_missing', { detail: 'no certificate that the signer names, or none that can be read' })
  return candidates
}

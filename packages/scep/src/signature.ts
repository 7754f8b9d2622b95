import {
  type AlgorithmIdentifier,
  type Certificate,
  type DigestName,
  digestByOid,
  type Element,
  type SignatureScheme,
  type SignerInfo,
  signatureOid,
  signatureSchemeOf,
  value,
  verifyMessageDigest,
  verifySignerInfo,
} from '@chancery/pki'
import { attributeValues } from './attribute.ts'
import type { PkiMessage } from './pki-message.ts'
import { ScepError } from './scep-error.ts'

/**
 * The digest that a message was made with.
 * @throws {ScepError} `digest_refused` for one that is unknown or not accepted; MD5 is never among the accepted ones
 */
export function acceptedDigest({ digestAlgorithm }: SignerInfo, accepted: readonly DigestName[]): DigestName {
  const name = digestByOid(digestAlgorithm.oid)?.name
  if (name === undefined || !accepted.includes(name)) {
    throw new ScepError('digest_refused', { detail: `digest ${name ?? digestAlgorithm.oid}` })
  }
  return name
}

/**
 * What can be said of the signature algorithm before the signer is looked for: the failInfo of a refused one does not
 * depend on whether his certificate came along (S-3.2.1.4-11).
 * @throws {ScepError} `signature_algorithm_refused`
 */
export function checkSignatureAlgorithm({ signatureAlgorithm }: SignerInfo, accepted: readonly DigestName[]): void {
  const { known, digest } = signatureOid(signatureAlgorithm.oid)
  if (!known || (digest !== undefined && !accepted.includes(digest))) {
    throw new ScepError('signature_algorithm_refused', { detail: `algorithm ${signatureAlgorithm.oid}` })
  }
}

/** RSASSA-PSS (RFC 4055 §3.1), which a profile may refuse. */
export function isPss({ oid }: AlgorithmIdentifier): boolean {
  return oid === '1.2.840.113549.1.1.10'
}

/**
 * The certificate among the candidates whose key made the signature: two may bear the same issuer and serial (C-ID-02).
 * @throws {ScepError} `signature_algorithm_refused`, `bad_digest` or `bad_signature`, in this order
 */
export function verifyingCertificate(
  message: PkiMessage,
  candidates: readonly Certificate[],
  digest: DigestName,
  accepted: readonly DigestName[],
): Certificate {
  const { signerInfo, signedData } = message
  const usable = candidates.flatMap((certificate) => {
    const scheme = schemeOf(signerInfo, certificate, digest)
    return scheme === undefined ? [] : [{ certificate, scheme }]
  })
  if (usable.length === 0) {
    throw new ScepError('signature_algorithm_refused', { detail: `algorithm ${signerInfo.signatureAlgorithm.oid}` })
  }
  for (const { scheme } of usable) {
    if (scheme.key !== 'ed25519' && !accepted.includes(scheme.digest)) {
      throw new ScepError('signature_algorithm_refused', { detail: `signature over ${scheme.digest}` })
    }
  }
  checkContent(message, digest)
  const found = usable.find(
    ({ certificate, scheme }) =>
      digestsAgree(scheme, digest) && verifySignerInfo(signerInfo, certificate.publicKey, scheme),
  )
  if (found === undefined) {
    const detail = `${signedData.certificates.length} certificates in the message, none verifies it`
    throw new ScepError('bad_signature', { detail })
  }
  return found.certificate
}

function schemeOf(
  { signatureAlgorithm }: SignerInfo,
  { publicKey }: Certificate,
  digest: DigestName,
): SignatureScheme | undefined {
  try {
    return signatureSchemeOf(signatureAlgorithm, publicKey, digest)
  } catch {
    return undefined // malformed PSS parameters
  }
}

/** The messageDigest and contentType attributes (RFC 5652 §11.1, §11.2), checked also where there is no content. */
function checkContent({ signedData, signerInfo, attributes }: PkiMessage, digest: DigestName): void {
  const { only } = attributeValues(attributes, 'contentType')
  if (only === undefined || typeOf(only) !== signedData.eContentType) {
    throw new ScepError('bad_digest', { detail: 'the contentType attribute is not the type of the content' })
  }
  if (!verifyMessageDigest(signerInfo, signedData.eContent, digest)) {
    throw new ScepError('bad_digest', { detail: 'the messageDigest attribute is not the digest of the content' })
  }
}

function typeOf(element: Element): string | undefined {
  try {
    return value.oidValue(element, 'contentType')
  } catch {
    return undefined
  }
}

/** C-AL-03, C-AL-05: what the signature was made over is what digestAlgorithm says. Ed25519 digests by itself. */
function digestsAgree(scheme: SignatureScheme, digest: DigestName): boolean {
  return scheme.key === 'ed25519' || scheme.digest === digest
}

import {
  type CertificationRequest,
  type PublicKeyInfo,
  parseCertificationRequest,
  type SignatureScheme,
  signatureSchemeOf,
  verifyCertificationRequest,
  verifySignature,
} from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import { ScepError } from '../scep-error.ts'
import type { OpenedEnvelope } from './open-envelope.ts'
import type { MessageSigner } from './signer.ts'
import { STAND_IN, STAND_IN_DER } from './stand-in.ts'

/**
 * Proves that the sender has the key that he wants certified.
 *
 * No step in here may show whether it succeeded (S-7-01, S-7-02; design, rule 13): a wrong recipient, a bad key, bad
 * padding, a content that is no PKCS#10, a wrong signature and a foreign key all take the same way, with the request of
 * nobody in the place of what is missing, and leave by the same throw.
 * @throws {ScepError} `bad_envelope`, one for all of it; what went wrong is for the administrator only
 */
export function provenCertificationRequest(
  { content, fault }: OpenedEnvelope,
  signer: MessageSigner,
  policy: MessagePolicy,
): CertificationRequest {
  const { parsed, csr, proven } = read(content, signer)
  const sameKey = csr.publicKey.digest().equals(signer.certificate.publicKey.digest())
  const keyFits = sameKey || !signer.selfSigned || policy.signerKeyRule === 'any-key'
  const steps = [
    [content !== undefined, fault],
    [parsed !== undefined, 'the decrypted content is not a certification request'],
    [proven, 'the signature of the certification request is wrong, or made in a way that we do not know'],
    [keyFits, 'the key of the self-signed signer is not the key of the certification request'],
  ] as const
  const failed = steps.find(([passed]) => !passed)
  if (failed !== undefined) throw new ScepError('bad_envelope', { detail: failed[1] })
  return csr
}

/**
 * A poll carries two names, which nobody needs (S-3.3.3-02); old clients write them in any way they like (S-3.3.3-03).
 * Only a whole certification request in its place shows that somebody took the wrong type. That tells an attacker no more
 * than he knew: nothing that he can make of a captured envelope is a request whose signature is right.
 * @throws {ScepError} `bad_envelope`
 */
export function refuseCertificationRequest({ content }: OpenedEnvelope, signer: MessageSigner): void {
  const { parsed, proven } = read(content, signer)
  if (parsed !== undefined && proven) {
    throw new ScepError('bad_envelope', { detail: 'a poll that carries a certification request' })
  }
}

/** Always one parsing and one verification that come to an end, whatever the content is. */
function read(content: Buffer | undefined, signer: MessageSigner) {
  const parsed = content === undefined ? undefined : parse(content)
  if (parsed === undefined) parse(STAND_IN_DER)
  const csr = parsed ?? STAND_IN
  return { parsed, csr, proven: provesPossession(csr, signer) }
}

function parse(content: Buffer): CertificationRequest | undefined {
  try {
    const csr = parseCertificationRequest(content)
    csr.publicKey.digest()
    return csr
  } catch {
    return undefined
  }
}

/**
 * The request's own signature (S-3.3.1-06), with the key of the signer where it is the same one, because that is
 * imported already. A request that cannot be verified costs the verification of the request of nobody.
 */
function provesPossession(csr: CertificationRequest, { certificate }: MessageSigner): boolean {
  const sameKey = csr.publicKey.digest().equals(certificate.publicKey.digest())
  const key = sameKey ? certificate.publicKey : csr.publicKey
  const scheme = schemeOf(csr, key)
  if (scheme !== undefined) return verifySignature(key, scheme, csr.info, csr.signature)
  verifyCertificationRequest(STAND_IN)
  return false
}

function schemeOf(csr: CertificationRequest, key: PublicKeyInfo): SignatureScheme | undefined {
  try {
    return signatureSchemeOf(csr.signatureAlgorithm, key)
  } catch {
    return undefined // malformed PSS parameters
  }
}

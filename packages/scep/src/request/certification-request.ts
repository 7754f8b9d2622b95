import { randomBytes } from 'node:crypto'
import {
  type CertificationRequest,
  contentKeyOfLength,
  decryptContent,
  type PublicKeyInfo,
  parseCertificationRequest,
  type SignatureScheme,
  signatureSchemeOf,
  verifyCertificationRequest,
  verifySignature,
} from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import { ScepError } from '../scep-error.ts'
import type { RequestEnvelope } from './envelope.ts'
import type { MessageSigner } from './signer.ts'
import { STAND_IN, STAND_IN_DER } from './stand-in.ts'

/**
 * Opens the envelope and proves that the sender has the key that he wants certified.
 *
 * Anybody can sign a captured envelope anew with a certificate of his own, so no step in here may show whether it
 * succeeded (S-7-01, S-7-02; design, rule 13): a wrong recipient, a bad key, bad padding, a content that is no
 * PKCS#10, a wrong signature and a foreign key all take the same way, with a random key or the request of nobody in
 * the place of what is missing, and leave by the same throw.
 * @throws {ScepError} `bad_envelope`, one for all of it; what went wrong is for the administrator only
 */
export async function openCertificationRequest(
  envelope: RequestEnvelope,
  signer: MessageSigner,
  policy: MessagePolicy,
): Promise<CertificationRequest> {
  const contentKey = contentKeyOfLength(await decryptKey(envelope), envelope.keyBytes)
  const content = decryptContent(envelope.envelope, contentKey)
  const parsed = content === undefined ? undefined : parse(content)
  if (parsed === undefined) parse(STAND_IN_DER)
  const csr = parsed ?? STAND_IN
  const proven = provesPossession(csr, signer)
  const sameKey = csr.publicKey.digest().equals(signer.certificate.publicKey.digest())
  const keyFits = sameKey || !signer.selfSigned || policy.signerKeyRule === 'any-key'

  const steps = [
    [content !== undefined, envelope.addressed ? 'decryption failed' : 'not encrypted to a key of this endpoint'],
    [parsed !== undefined, 'the decrypted content is not a certification request'],
    [proven, 'the signature of the certification request is wrong, or made in a way that we do not know'],
    [keyFits, 'the key of the self-signed signer is not the key of the certification request'],
  ] as const
  const failed = steps.find(([passed]) => !passed)
  if (failed !== undefined) throw new ScepError('bad_envelope', { detail: failed[1] })
  return csr
}

/**
 * The content key, or something that is not it. Where the ciphertext does not fit the key, a random one that does is
 * decrypted in its place. Decryption of a fitting one never fails (implicit rejection), so an error is a fault of ours,
 * such as a key store that does not answer, and goes up.
 */
async function decryptKey({ ra, keyTransport, encryptedKey }: RequestEnvelope): Promise<Buffer | undefined> {
  const { modulus } = ra.certificate.publicKey
  if (modulus === undefined) throw new TypeError(`the key ${ra.id} cannot decrypt: it is not an RSA key`)
  const fits = encryptedKey.length === modulus.length && Buffer.compare(encryptedKey, modulus) < 0
  const key = await ra.decryption.decrypt(fits ? encryptedKey : randomCiphertext(modulus.length), keyTransport)
  return fits ? key : undefined
}

function randomCiphertext(length: number): Buffer {
  const octets = randomBytes(length)
  octets[0] = 0 // below any modulus of this length
  return octets
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

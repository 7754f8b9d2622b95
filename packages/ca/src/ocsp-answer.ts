import {
  assembleOcspResponse,
  buildResponseData,
  type Certificate,
  keyHash,
  type NewSingleResponse,
  type SignatureScheme,
  type SigningKey,
  signatureAlgorithmIdentifier,
} from '@chancery/pki'
import { CaError } from './ca-error.ts'

/** Who answers OCSP for an issuer: a certificate that the issuer gave for this, and its key. */
export interface OcspSigner {
  readonly certificate: Certificate
  readonly key: SigningKey
  readonly keyHash: Buffer
  readonly scheme: SignatureScheme
  /** AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
}

/** Worked out once for a signer. SHA-256 with every key: old clients know nothing stronger. */
export function ocspSigner(certificate: Certificate, key: SigningKey): OcspSigner {
  if (!certificate.publicKey.digest().equals(key.publicKey.digest())) {
    throw new CaError('ERR_CA_ISSUER', 'the key is not the one of the OCSP certificate')
  }
  const scheme: SignatureScheme =
    certificate.publicKey.type === 'rsa'
      ? { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }
      : { key: 'ec', digest: 'sha256' }
  return {
    certificate,
    key,
    keyHash: keyHash(certificate.publicKey),
    scheme,
    signatureAlgorithm: signatureAlgorithmIdentifier(scheme),
  }
}

export interface OcspAnswerOrder {
  readonly signer: OcspSigner
  readonly responses: readonly NewSingleResponse[]
  readonly producedAt: Date
  readonly nonce?: Buffer | undefined
}

/** OCSPResponse (DER) by key, with the certificate of the signer. */
export function signOcspAnswer({ signer, ...order }: OcspAnswerOrder): Buffer | Promise<Buffer> {
  const { key, scheme, signatureAlgorithm, certificate } = signer
  const data = buildResponseData({ responderKeyHash: signer.keyHash, ...order })
  const assemble = (signature: Buffer) => assembleOcspResponse(data, signatureAlgorithm, signature, [certificate.der])
  const signature = key.sign(data, scheme)
  return signature instanceof Promise ? signature.then(assemble) : assemble(signature)
}

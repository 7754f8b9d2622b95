import type { AlgorithmIdentifier } from '../algorithm/identifier.ts'
import { signatureSchemeOf } from '../algorithm/signature.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import { verifySignature } from '../key/verify.ts'
import type { Certificate } from './certificate.ts'

/** Whether this key signed the certificate; nothing else about it is looked at. */
export function verifyCertificate(cert: Certificate, issuerKey: PublicKeyInfo): boolean {
  if (!cert.signatureAlgorithm.der.equals(cert.tbsSignatureAlgorithm.der)) return false // RFC 5280 §4.1.1.2
  return verifySigned(cert.tbs, cert.signatureAlgorithm, cert.signature, issuerKey)
}

/** Only its own key counts: devices write whatever they like into issuer and subject. */
export function isSelfSigned(cert: Certificate): boolean {
  return verifyCertificate(cert, cert.publicKey)
}

/** The signature of a certificate, request or CRL. An algorithm that we do not know verifies nothing. */
export function verifySigned(
  tbs: Buffer,
  algorithm: AlgorithmIdentifier,
  signature: Buffer,
  key: PublicKeyInfo,
): boolean {
  try {
    const scheme = signatureSchemeOf(algorithm, key)
    return scheme !== undefined && verifySignature(key, scheme, tbs, signature)
  } catch (error) {
    if (error instanceof Asn1Error) return false // PSS parameters
    throw error
  }
}

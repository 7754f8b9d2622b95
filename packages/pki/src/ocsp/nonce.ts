import { readElement } from '../der/read.ts'
import { octets } from '../der/value.ts'
import { octetString } from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import { buildExtension, type Extension, findExtension } from '../x509/extension.ts'
import { OCSP_OID } from './oid.ts'

const LONGEST_NONCE = 32

/**
 * Octets of the nonce; undefined when there is none.
 * @throws {PkiError} one that is empty or too long (RFC 8954 §2.1); @throws {Asn1Error} when malformed
 */
export function ocspNonce(from: { readonly extensions: readonly Extension[] }): Buffer | undefined {
  const extension = findExtension(from, OCSP_OID.nonce)
  if (extension === undefined) return undefined
  const nonce = octets(readElement(extension.value), 'nonce')
  if (nonce.length === 0 || nonce.length > LONGEST_NONCE) {
    throw new PkiError('ERR_PKI_INVALID', `a nonce has 1 to ${LONGEST_NONCE} octets`)
  }
  return nonce
}

export function buildOcspNonce(nonce: Uint8Array): Buffer {
  return buildExtension(OCSP_OID.nonce, false, octetString(nonce))
}

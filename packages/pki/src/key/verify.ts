import { constants, verify } from 'node:crypto'
import { digestByName } from '../algorithm/digest.ts'
import { RSASSA_PSS } from '../algorithm/key-algorithm.ts'
import type { SignatureScheme } from '../algorithm/signature.ts'
import type { PublicKeyInfo } from './public-key-info.ts'

/**
 * False for a signature that does not verify, for one that is no signature at all, for a scheme that is not of this
 * key's type and for a key that is out of bounds.
 */
export function verifySignature(key: PublicKeyInfo, scheme: SignatureScheme, data: Buffer, signature: Buffer): boolean {
  if (!fits(key, scheme)) return false
  try {
    const keyObject = key.keyObject()
    if (scheme.key === 'ed25519') return verify(null, data, keyObject, signature)
    const { node, length } = digestByName(scheme.digest)
    if (scheme.key === 'ec') return verify(node, data, keyObject, signature)
    if (scheme.padding === 'pkcs1') return verify(node, data, keyObject, signature)
    const saltLength = scheme.saltLength ?? length
    return verify(node, data, { key: keyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature)
  } catch {
    return false // bytes that OpenSSL does not even parse, or a key that it or we refuse
  }
}

function fits(key: PublicKeyInfo, scheme: SignatureScheme): boolean {
  if (scheme.key === 'rsa' && scheme.padding === 'pss') return key.type === 'rsa' || key.algorithm.oid === RSASSA_PSS
  return key.type === scheme.key
}

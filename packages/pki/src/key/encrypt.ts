import { constants, publicEncrypt } from 'node:crypto'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import { PkiError } from '../pki-error.ts'
import { oaepPad } from './oaep.ts'
import type { PublicKeyInfo } from './public-key-info.ts'

/** Wraps a content key for the holder of an RSA key. */
export function encryptToKey(key: PublicKeyInfo, transport: KeyTransport, contentKey: Buffer): Buffer {
  if (key.type !== 'rsa' || key.modulusBits === undefined)
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'nothing can be encrypted to this type of key')
  const keyObject = key.keyObject()
  try {
    if (transport.scheme === 'rsa-pkcs1')
      return publicEncrypt({ key: keyObject, padding: constants.RSA_PKCS1_PADDING }, contentKey)
    const block = oaepPad(contentKey, Math.ceil(key.modulusBits / 8), transport.hash, transport.mgfHash)
    return publicEncrypt({ key: keyObject, padding: constants.RSA_NO_PADDING }, block)
  } catch (cause) {
    if (cause instanceof PkiError) throw cause
    throw new PkiError('ERR_PKI_INVALID', 'encryption to this key failed', { cause })
  }
}

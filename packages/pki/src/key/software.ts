import { constants, type KeyObject, privateDecrypt, randomBytes, sign } from 'node:crypto'
import { digestByName } from '../algorithm/digest.ts'
import { RSASSA_PSS } from '../algorithm/key-algorithm.ts'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import type { SignatureScheme } from '../algorithm/signature.ts'
import { PkiError } from '../pki-error.ts'
import { oaepUnpad } from './oaep.ts'
import type { DecryptionKey, SigningKey } from './port.ts'
import { publicKeyInfoOf } from './public-key-info.ts'

/** A private key in this process's memory, as a signer. Signs synchronously. */
export function softwareSigningKey(key: KeyObject): SigningKey {
  const publicKey = publicKeyInfoOf(privateKey(key))
  const type = publicKey.algorithm.oid === RSASSA_PSS ? 'rsa' : publicKey.type
  return {
    publicKey,
    inProcess: true,
    sign(data, scheme) {
      if (scheme.key !== type) throw new PkiError('ERR_PKI_UNSUPPORTED', 'signature scheme is not of this type of key')
      return signWith(key, data, scheme)
    },
  }
}

/** A private RSA key in this process's memory, for opening envelopes. */
export function softwareDecryptionKey(key: KeyObject): DecryptionKey {
  const publicKey = publicKeyInfoOf(privateKey(key))
  const { type, modulusBits } = publicKey
  if (type !== 'rsa' || modulusBits === undefined) throw new PkiError('ERR_PKI_UNSUPPORTED', 'only RSA keys decrypt')
  const length = Math.ceil(modulusBits / 8)
  return {
    publicKey,
    inProcess: true,
    decrypt(ciphertext, transport) {
      if (ciphertext.length !== length) throw new PkiError('ERR_PKI_INVALID', 'ciphertext is not as long as the key')
      return decryptWith(key, ciphertext, transport)
    },
  }
}

function signWith(key: KeyObject, data: Buffer, scheme: SignatureScheme): Buffer {
  if (scheme.key === 'ed25519') return sign(null, data, key)
  const { node, length } = digestByName(scheme.digest)
  if (scheme.key === 'ec' || scheme.padding === 'pkcs1') return sign(node, data, key)
  const saltLength = scheme.saltLength ?? length
  return sign(node, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

function decryptWith(key: KeyObject, ciphertext: Buffer, transport: KeyTransport): Buffer {
  try {
    // OpenSSL 3.2 and later return pseudo-random bytes for wrong padding; Node refuses this padding on older ones.
    if (transport.scheme === 'rsa-pkcs1')
      return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, ciphertext)
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext)
    return oaepUnpad(block, transport.hash, transport.mgfHash) ?? randomBytes(MEANINGLESS)
  } catch (error) {
    if (isOpenSslError(error)) return randomBytes(MEANINGLESS) // ciphertext not below the modulus
    throw error
  }
}

/** Octets of the answer to a ciphertext that could not be opened. */
const MEANINGLESS = 32

function isOpenSslError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')
}

function privateKey(key: KeyObject): KeyObject {
  if (key.type !== 'private') throw new TypeError('a private key is needed')
  return key
}

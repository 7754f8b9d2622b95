import { createPrivateKey, type KeyObject } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { Asn1Error, decodePem, openEncryptedPrivateKey, openPkcs12, type Pkcs12, PkiError } from '@chancery/pki'

/** A derivation that holds the thread lets devices have their turn. */
const OPTIONS = { pause: () => setImmediate() }

/** A private key as PEM: PKCS #8, encrypted or not, or of its own type. @throws {PkiError} with the rest of a sentence */
export async function openPrivateKeyPem(pem: string, password: string): Promise<KeyObject> {
  try {
    if (!pem.includes(`-----BEGIN ${ENCRYPTED}-----`)) return createPrivateKey({ key: pem, passphrase: password })
    const [encrypted] = decodePem(pem, ENCRYPTED)
    return fromPkcs8(await openEncryptedPrivateKey(encrypted as Buffer, password, OPTIONS))
  } catch (cause) {
    if (cause instanceof PkiError && cause.code === 'ERR_PKI_UNSUPPORTED') throw cause
    const why = 'cannot be opened: it is no private key as PEM, or the password is wrong'
    throw new PkiError('ERR_PKI_INVALID', why, { cause })
  }
}

/** @throws {PkiError} with a sentence that says why not */
export async function openPkcs12File(base64: string, password: string): Promise<Pkcs12> {
  try {
    return await openPkcs12(Buffer.from(base64, 'base64'), password, OPTIONS)
  } catch (cause) {
    if (!(cause instanceof Asn1Error)) throw cause
    throw new PkiError('ERR_PKI_INVALID', `it is no PKCS #12 file (${cause.message})`, { cause })
  }
}

/** @throws {PkiError} when it is no key */
export function fromPkcs8(pkcs8: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw new PkiError('ERR_PKI_INVALID', 'its private key is none that can be used', { cause })
  }
}

const ENCRYPTED = 'ENCRYPTED PRIVATE KEY'

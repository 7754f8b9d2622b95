import {
  type ContentEncryption,
  contentEncryptionByName,
  contentEncryptionByOid,
} from '../algorithm/content-encryption.ts'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { decryptBlocks, initialisationVector, isWholeBlocks } from '../cms/content-cipher.ts'
import { deriveKey, pbkdf2ParametersOf } from '../cms/password/encryption.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { readElement } from '../der/read.ts'
import { TAG } from '../der/tag.ts'
import { child, expectTag, octets, smallInteger } from '../der/value.ts'
import { PkiError } from '../pki-error.ts'
import { deriveOctets, PURPOSE } from './key-derivation.ts'
import type { Work } from './limits.ts'

/** A password in the two forms that key derivations want. */
export interface Pkcs12Password {
  /** PBES2 takes it as UTF-8 (RFC 8018 §3). */
  readonly text: string
  /** The older schemes take it as a BMPString (RFC 7292 §B.1). */
  readonly bmp: Buffer
}

const PBES2 = '1.2.840.113549.1.5.13'

/** Schemes of RFC 7292 Appendix C that are still opened: SHA-1 and triple DES. */
const TRIPLE_DES: ReadonlyMap<string, { readonly keyBytes: 16 | 24 }> = new Map([
  ['1.2.840.113549.1.12.1.3', { keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.4', { keyBytes: 16 }],
])

/** Known so that the refusal can name them. */
const WEAK: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.12.1.1', 'RC4-128'],
  ['1.2.840.113549.1.12.1.2', 'RC4-40'],
  ['1.2.840.113549.1.12.1.5', 'RC2-128'],
  ['1.2.840.113549.1.12.1.6', 'RC2-40'],
])

export const WRONG_PASSWORD = 'the password is wrong, or the file is damaged'

/**
 * Opens what a password encrypted: one element, as everything is that a file has encrypted.
 * @throws {PkiError} ERR_PKI_UNSUPPORTED for a scheme that is not ours, ERR_PKI_INVALID for a wrong password
 */
export async function decryptWithPassword(
  scheme: AlgorithmIdentifier,
  ciphertext: Buffer,
  password: Pkcs12Password,
  work: Work,
): Promise<Element> {
  const { row, key, iv } = await keyFor(scheme, password, work)
  if (!isWholeBlocks(row, ciphertext)) throw new PkiError('ERR_PKI_INVALID', WRONG_PASSWORD)
  return elementOf(unpadded(decryptBlocks(row, key, iv, ciphertext), row.blockBytes))
}

interface Opening {
  readonly row: ContentEncryption
  readonly key: Buffer
  readonly iv: Buffer
}

function keyFor(scheme: AlgorithmIdentifier, password: Pkcs12Password, work: Work): Promise<Opening> {
  if (scheme.oid === PBES2) return pbes2(scheme, password.text, work)
  const tripleDes = TRIPLE_DES.get(scheme.oid)
  if (tripleDes !== undefined) return shaAndTripleDes(scheme, tripleDes.keyBytes, password.bmp, work)
  const name = WEAK.get(scheme.oid) ?? `the scheme ${scheme.oid}`
  throw new PkiError(
    'ERR_PKI_UNSUPPORTED',
    `the file is encrypted with ${name}, which is not opened here; export it anew with -keypbe AES-256-CBC -certpbe AES-256-CBC`,
  )
}

/** RFC 8018 §6.2. */
async function pbes2({ parameters }: AlgorithmIdentifier, password: string, work: Work): Promise<Opening> {
  const { children } = expectTag(parameters, TAG.sequence, 'PBES2 parameters')
  if (children.length !== 2) throw new Asn1Error('PBES2 parameters have two parts')
  const [derivation, encryption] = children.map((one) => parseAlgorithmIdentifier(one, 'PBES2 parameters'))
  const { keyLength, ...pbkdf2 } = pbkdf2ParametersOf(derivation as AlgorithmIdentifier)
  const row = contentEncryptionByOid((encryption as AlgorithmIdentifier).oid)
  if (row === undefined || row.name === 'des-cbc') {
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'the cipher of the file is not AES-CBC or triple DES')
  }
  const iv = initialisationVector(row, encryption as AlgorithmIdentifier)
  if (iv === undefined) throw new PkiError('ERR_PKI_INVALID', 'IV is not one block')
  if (keyLength !== undefined && keyLength !== row.keyBytes) {
    throw new PkiError('ERR_PKI_INVALID', 'derived key does not fit its cipher')
  }
  work.spend(pbkdf2)
  return { row, iv, key: await deriveKey(password, { ...pbkdf2, cipher: row, iv }) }
}

/** RFC 7292 Appendix C. Two keys are three of which the last is the first. */
async function shaAndTripleDes(
  { parameters }: AlgorithmIdentifier,
  keyBytes: 16 | 24,
  bmp: Buffer,
  work: Work,
): Promise<Opening> {
  const fields = expectTag(parameters, TAG.sequence, 'PBE parameters')
  const salt = octets(child(fields, 0, 'salt'), 'salt')
  const iterations = smallInteger(fields.children[1], 'iterations')
  const derivation = { salt, iterations, digest: 'sha1' } as const
  const row = contentEncryptionByName('des-ede3-cbc')
  // Two digests make 24 octets; the second derivation is of the IV.
  for (let i = 0; i < 3; i++) work.spend(derivation)
  const key = await deriveOctets(bmp, derivation, PURPOSE.encryptionKey, keyBytes, work)
  const iv = await deriveOctets(bmp, derivation, PURPOSE.initialisationVector, row.ivBytes, work)
  return { row, iv, key: keyBytes === 24 ? key : Buffer.concat([key, key.subarray(0, 8)]) }
}

/** Padding is right once in 256 times by chance. */
function elementOf(plain: Buffer): Element {
  try {
    return expectTag(readElement(plain), TAG.sequence, 'decrypted')
  } catch (cause) {
    if (!(cause instanceof Asn1Error)) throw cause
    throw new PkiError('ERR_PKI_INVALID', WRONG_PASSWORD, { cause })
  }
}

/** RFC 8018 §6.1.1 step 4. */
function unpadded(blocks: Buffer, blockBytes: number): Buffer {
  const length = blocks.at(-1) ?? 0
  const padding = blocks.subarray(-length)
  if (length < 1 || length > blockBytes || padding.some((octet) => octet !== length)) {
    throw new PkiError('ERR_PKI_INVALID', WRONG_PASSWORD)
  }
  return blocks.subarray(0, -length)
}

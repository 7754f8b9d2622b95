import { parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { CONTENT_TYPE } from '../cms/content-info.ts'
import type { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, oidValue, smallInteger } from '../der/value.ts'
import { PkiError } from '../pki-error.ts'
import { decryptWithPassword } from './encryption.ts'
import { bmpPassword } from './key-derivation.ts'
import { PKCS12_LIMITS, type Pkcs12Options, workWithin } from './limits.ts'
import { verifyMac } from './mac.ts'
import { type Found, openEncryptedKey, type Reading, readSafeContents } from './safe-contents.ts'

/** What a PKCS #12 file holds, in its order. */
export interface Pkcs12 {
  /** PKCS #8, decrypted. */
  readonly privateKeys: readonly Buffer[]
  readonly certificates: readonly Buffer[]
}

/**
 * Opens a PFX of version 3 that a password protects (RFC 7292), BER or DER: MAC by SHA-1, SHA-2 or PBMAC1, contents in
 * the clear or encrypted with PBES2 or triple DES.
 * @throws {PkiError} ERR_PKI_INVALID for a wrong password, ERR_PKI_UNSUPPORTED for what is not opened here
 * @throws {Asn1Error} when it is malformed or exceeds a limit
 */
export async function openPkcs12(
  bytes: Buffer,
  password: string,
  { limits = PKCS12_LIMITS, pause }: Pkcs12Options = {},
): Promise<Pkcs12> {
  const readLimits = { ...DEFAULT_LIMITS, bytes: limits.bytes }
  const pfx = expectTag(readElement(bytes, readLimits), TAG.sequence, 'PFX')
  if (smallInteger(pfx.children[0], 'PFX version') !== 3)
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'PFX is not of version 3')
  const authSafe = child(pfx, 1, 'authSafe')
  if (typeOf(authSafe) !== CONTENT_TYPE.data) {
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'the file is protected by a key, not by a password')
  }
  const content = octets(contentOf(authSafe), 'authSafe')
  const work = workWithin(limits, pause)
  const macData = pfx.children[2]
  const bmp = macData === undefined ? bmpPassword(password) : await verifyMac(macData, content, password, work)
  const reading: Reading = { password: { text: password, bmp }, work, limits }
  const found: Found = { privateKeys: [], certificates: [], bags: 0 }
  const safes = expectTag(readElement(content, readLimits), TAG.sequence, 'AuthenticatedSafe').children
  for (const safe of safes) await readSafeContents(await open(safe, reading, readLimits), found, reading)
  return { privateKeys: found.privateKeys, certificates: found.certificates }
}

/**
 * A private key that a password encrypts (EncryptedPrivateKeyInfo, RFC 5958 §3), as PKCS #8.
 * @throws as `openPkcs12`
 */
export async function openEncryptedPrivateKey(
  bytes: Buffer,
  password: string,
  { limits = PKCS12_LIMITS, pause }: Pkcs12Options = {},
): Promise<Buffer> {
  const info = readElement(bytes, { ...DEFAULT_LIMITS, bytes: limits.bytes })
  return openEncryptedKey(info, {
    password: { text: password, bmp: bmpPassword(password) },
    work: workWithin(limits, pause),
  })
}

/** SafeContents, in the clear or encrypted (RFC 7292 §4.1). */
async function open(safe: Element, reading: Reading, readLimits: ReadLimits): Promise<Element> {
  const type = typeOf(safe)
  if (type === CONTENT_TYPE.data) return readElement(octets(contentOf(safe), 'SafeContents'), readLimits)
  if (type !== ENCRYPTED_DATA) {
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'a part of the file is encrypted to a key, not with a password')
  }
  // RFC 5652 §8: version, then EncryptedContentInfo.
  const encrypted = expectTag(
    child(expectTag(contentOf(safe), TAG.sequence, 'EncryptedData'), 1, 'content'),
    TAG.sequence,
    'content',
  )
  const scheme = parseAlgorithmIdentifier(child(encrypted, 1, 'content encryption'), 'content encryption')
  const ciphertext = octets(encrypted.children[2], 'encrypted content', contextTag(0, false))
  return decryptWithPassword(scheme, ciphertext, reading.password, reading.work)
}

function typeOf(info: Element): string {
  return oidValue(child(expectTag(info, TAG.sequence, 'ContentInfo'), 0, 'contentType'), 'contentType')
}

function contentOf(info: Element): Element {
  return child(expectTag(info.children[1], contextTag(0, true), 'content'), 0, 'content')
}

const ENCRYPTED_DATA = '1.2.840.113549.1.7.6'

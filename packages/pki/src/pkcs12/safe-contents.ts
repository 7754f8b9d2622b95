import { parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, oidValue } from '../der/value.ts'
import { PkiError } from '../pki-error.ts'
import { decryptWithPassword, type Pkcs12Password } from './encryption.ts'
import type { Pkcs12Limits, Work } from './limits.ts'

/** What was found so far. */
export interface Found {
  /** PKCS #8, decrypted. */
  readonly privateKeys: Buffer[]
  readonly certificates: Buffer[]
  bags: number
}

export interface Reading {
  readonly password: Pkcs12Password
  readonly work: Work
  readonly limits: Pkcs12Limits
}

/** SafeBags (RFC 7292 §4.2): keys and X.509 certificates; CRLs and secrets are passed over. */
export async function readSafeContents(contents: Element, found: Found, reading: Reading, depth = 0): Promise<void> {
  if (depth > reading.limits.depth) throw new Asn1Error('SafeContents nested too deep')
  for (const bag of expectTag(contents, TAG.sequence, 'SafeContents').children) {
    if (++found.bags > reading.limits.bags) throw new Asn1Error(`more than ${reading.limits.bags} bags`)
    const type = oidValue(child(expectTag(bag, TAG.sequence, 'SafeBag'), 0, 'bag type'), 'bag type')
    const holder = expectTag(bag.children[1], VALUE, 'bag value')
    const value = child(holder, 0, 'bag value')
    if (type === BAG.key) found.privateKeys.push(expectTag(value, TAG.sequence, 'key bag').bytes)
    else if (type === BAG.shroudedKey) found.privateKeys.push(await openEncryptedKey(value, reading))
    else if (type === BAG.certificate) found.certificates.push(...certificateOf(value))
    else if (type === BAG.safeContents) await readSafeContents(value, found, reading, depth + 1)
  }
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3). */
export async function openEncryptedKey(
  info: Element,
  { password, work }: Pick<Reading, 'password' | 'work'>,
): Promise<Buffer> {
  const fields = expectTag(info, TAG.sequence, 'encrypted key')
  const scheme = parseAlgorithmIdentifier(child(fields, 0, 'key encryption'), 'key encryption')
  const ciphertext = octets(child(fields, 1, 'encrypted key'), 'encrypted key')
  return (await decryptWithPassword(scheme, ciphertext, password, work)).bytes
}

/** CertBag; an SDSI certificate is none of ours. */
function certificateOf(value: Element): Buffer[] {
  const bag = expectTag(value, TAG.sequence, 'certificate bag')
  if (oidValue(child(bag, 0, 'certificate type'), 'certificate type') !== X509_CERTIFICATE) return []
  const holder = expectTag(bag.children[1], VALUE, 'certificate')
  if (holder.children.length !== 1) throw new PkiError('ERR_PKI_INVALID', 'a certificate bag holds one certificate')
  return [octets(holder.children[0], 'certificate')]
}

const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  safeContents: '1.2.840.113549.1.12.10.1.6',
} as const

const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1'
const VALUE = contextTag(0, true)

import { createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { digestByOid } from '../algorithm/digest.ts'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { pbkdf2ParametersOf } from '../cms/password/encryption.ts'
import { PRFS } from '../cms/password/prf.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { child, expectTag, octets, smallInteger } from '../der/value.ts'
import { PkiError } from '../pki-error.ts'
import { WRONG_PASSWORD } from './encryption.ts'
import { bmpPassword, deriveOctets, PURPOSE } from './key-derivation.ts'
import type { Work } from './limits.ts'

const PBMAC1 = '1.2.840.113549.1.5.14'

/**
 * Whether the password is the one that the file was made with (RFC 7292 §4, RFC 9579 for PBMAC1).
 * @returns the password as a BMPString
 * @throws {PkiError} when it is not, or the MAC is of a kind that is not ours
 */
export async function verifyMac(macData: Element, content: Buffer, password: string, work: Work): Promise<Buffer> {
  const info = expectTag(expectTag(macData, TAG.sequence, 'macData').children[0], TAG.sequence, 'mac')
  const algorithm = parseAlgorithmIdentifier(child(info, 0, 'mac algorithm'), 'mac algorithm')
  const expected = octets(child(info, 1, 'mac value'), 'mac value')
  if (algorithm.oid === PBMAC1) {
    const { digest, key } = await pbmac1Key(algorithm, password, work)
    check(digest, key, content, expected)
    return bmpPassword(password)
  }
  const digest = digestByOid(algorithm.oid)
  if (digest === undefined || digest.name === 'md5') {
    throw new PkiError(
      'ERR_PKI_UNSUPPORTED',
      `the MAC of the file is of a kind that is not read here (${algorithm.oid})`,
    )
  }
  const salt = octets(child(macData, 1, 'mac salt'), 'mac salt')
  const rounds = macData.children[2]
  const derivation = {
    salt,
    iterations: rounds === undefined ? 1 : smallInteger(rounds, 'iterations'),
    digest: digest.name,
  }
  for (const candidate of formsOf(password)) {
    work.spend(derivation)
    const key = await deriveOctets(candidate, derivation, PURPOSE.macKey, digest.length, work)
    if (matches(digest.node, key, content, expected)) return candidate
  }
  throw new PkiError('ERR_PKI_INVALID', WRONG_PASSWORD)
}

/** No password is either an empty one or none at all: programs differ. */
function formsOf(password: string): Buffer[] {
  const bmp = bmpPassword(password)
  return password === '' ? [bmp, Buffer.alloc(0)] : [bmp]
}

async function pbmac1Key(
  { parameters }: AlgorithmIdentifier,
  password: string,
  work: Work,
): Promise<{ digest: string; key: Buffer }> {
  const { children } = expectTag(parameters, TAG.sequence, 'PBMAC1 parameters')
  if (children.length !== 2) throw new Asn1Error('PBMAC1 parameters have two parts')
  const [derivation, scheme] = children.map((one) => parseAlgorithmIdentifier(one, 'PBMAC1 parameters'))
  const { keyLength, ...pbkdf2Parameters } = pbkdf2ParametersOf(derivation as AlgorithmIdentifier)
  const digest = PRFS.find(({ oid }) => oid === scheme?.oid)?.digest
  if (digest === undefined)
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'the PBMAC1 of the file is of a kind not read here')
  // RFC 9579 §3: it is there, and one that is too short protects nothing.
  if (keyLength === undefined || keyLength < 20 || keyLength > 128) {
    throw new PkiError('ERR_PKI_INVALID', 'PBMAC1 key length is out of bounds')
  }
  work.spend(pbkdf2Parameters)
  const { salt, iterations, prf } = pbkdf2Parameters
  return { digest, key: await derived(password, salt, iterations, keyLength, prf) }
}

function derived(password: string, salt: Buffer, iterations: number, length: number, digest: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(Buffer.from(password, 'utf8'), salt, iterations, length, digest, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function check(digest: string, key: Buffer, content: Buffer, expected: Buffer): void {
  if (!matches(digest, key, content, expected)) throw new PkiError('ERR_PKI_INVALID', WRONG_PASSWORD)
}

function matches(digest: string, key: Buffer, content: Buffer, expected: Buffer): boolean {
  const mac = createHmac(digest, key).update(content).digest()
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}

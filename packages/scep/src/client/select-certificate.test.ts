import { generateKeyPairSync } from 'node:crypto'
import { der, parseCertificate } from '@chancery/pki'
import { expect, test } from 'vitest'
import {
  caExtension,
  commonName,
  ecKey,
  extension,
  keyUsageExtension,
  rawCertificate,
  rsaKey,
} from '../testing/raw-certificate.ts'
import { issuingAuthority, selectRecipient, selectSigners } from './select-certificate.ts'

const DIGITAL_SIGNATURE = 0
const KEY_ENCIPHERMENT = 2
const DATA_ENCIPHERMENT = 3
const CERT_SIGN = 5
const KEY = rsaKey()

function certificate(name: string, issuer: string, bits: number[] | null, ca = false, privateKey = KEY) {
  const extensions = [...(bits === null ? [] : [keyUsageExtension(...bits)]), ...(ca ? [caExtension()] : [])]
  const raw = rawCertificate({
    subject: commonName(name),
    issuer: commonName(issuer),
    privateKey,
    issuerKey: KEY,
    extensions,
  })
  return parseCertificate(raw.certificate)
}

const root = certificate('root', 'root', [CERT_SIGN, KEY_ENCIPHERMENT], true)
const ca = certificate('ca', 'root', [CERT_SIGN, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT], true)
const raBoth = certificate('ra', 'ca', [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT])
const raSign = certificate('ra-sign', 'ca', [DIGITAL_SIGNATURE])
const raEncrypt = certificate('ra-encrypt', 'ca', [KEY_ENCIPHERMENT])
const raData = certificate('ra-data', 'ca', [DATA_ENCIPHERMENT])
const raPlain = certificate('ra-plain', 'ca', null)

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]]
  return list.flatMap((item, index) =>
    permutations(list.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}

test.each([
  ['{CA}', [ca], ca],
  ['{CA, root}', [ca, root], ca],
  ['{RA both, CA}', [raBoth, ca], raBoth],
  ['{RA-sign, RA-encrypt, CA}', [raSign, raEncrypt, ca], raEncrypt],
  ['{RA-sign, RA-data, CA}', [raSign, raData, ca], raData],
  ['{RA no key usage, CA}', [raPlain, ca], raPlain],
])('S-4.2.1.2-04 S-4.2.1.2-05 D-2.1.3-01 of %s in any order, the right one is the recipient', (_, set, expected) => {
  for (const order of permutations(set)) expect(selectRecipient(order)).toBe(expected)
})

test('S-2.1.2-02 a key usage that does not fit stops, and can be ignored', () => {
  const ca = certificate('ca', 'ca', [CERT_SIGN], true)
  expect(() => selectRecipient([raSign, ca])).toThrow(
    expect.objectContaining({ reason: 'no_recipient', detail: expect.stringContaining('key usage') }),
  )
  expect(selectRecipient([raSign, ca], { ignoreKeyUsage: true })).toBe(raSign)
})

test('S-3.1-P01 a certificate whose key cannot encrypt is the recipient only where no other is', () => {
  const ecCa = certificate('ca', 'root', [CERT_SIGN, DIGITAL_SIGNATURE], true, ecKey())
  const ecRa = certificate('ra-ec', 'ca', [DIGITAL_SIGNATURE], false, ecKey())
  const ecAny = certificate('ra-any', 'ca', null, false, ecKey())
  for (const [set, expected] of [
    [[ecCa], ecCa],
    [[ecRa, ecCa], ecRa],
    [[raBoth, ecCa], raBoth],
    [[ecAny, raPlain, ecCa], raPlain],
  ] as const) {
    for (const order of permutations(set)) expect(selectRecipient(order)).toBe(expected)
  }
})

test('no certificate at all, and a key that nobody knows, are no recipient', () => {
  const p192 = generateKeyPairSync('ec', { namedCurve: 'P-192' }).privateKey
  const odd = certificate('ca', 'ca', null, true, p192)
  for (const set of [[], [odd]]) {
    expect(() => selectRecipient(set)).toThrow(expect.objectContaining({ reason: 'no_recipient' }))
  }
})

test('S-3.3.3-01 the CA that a poll names is the recipient, or whoever issued it, not the root above', () => {
  expect(issuingAuthority(ca, [root, ca])).toBe(ca)
  expect(issuingAuthority(raBoth, [root, ca])).toBe(ca)
  expect(issuingAuthority(certificate('ra', 'elsewhere', null), [root, ca])).toBe(ca)
  expect(() => issuingAuthority(raBoth, [])).toThrow(expect.objectContaining({ reason: 'no_recipient' }))
})

test('signers: those with digitalSignature come first, and none is left out', () => {
  expect(selectSigners([ca, raEncrypt, raSign])).toEqual([raSign, ca, raEncrypt])
})

test('an extension that cannot be read allows nothing and throws nothing', () => {
  const odd = rawCertificate({ privateKey: KEY, extensions: [extension('2.5.29.15', true, der.nullValue())] })
  const parsed = parseCertificate(odd.certificate)
  expect(() => selectRecipient([parsed])).toThrow(expect.objectContaining({ reason: 'no_recipient' }))
})

import { hash } from 'node:crypto'
import { buildName, nameFromText, parseName, readElement } from '@chancery/pki'
import { expect, test } from 'vitest'
import { commonName, expiration, thumbprint, toldIssuer, toldSerial } from './certificate-fields.ts'

const nameOf = (text: string) => ({ issuer: nameFromText(text) })

test('I-8-06 the thumbprint is SHA-1 in upper case, without separators', () => {
  expect(thumbprint({ der: Buffer.from('abc') })).toBe('A9993E364706816ABA3E25717850C26C9CD0D89D')
})

test.each([
  ['5f3a9c01b2', '5F3A9C01B2'],
  ['0a01', '0A01'],
  ['00ff01', 'FF01'],
  ['000001', '01'],
  ['00', '00'],
  ['7fffffffffffffffffffffffffffffffffffffff', '7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'],
])('I-7.9-13 I-8-07 the serial number %s is told as %s: whole octets, and no sign', (octets, told) => {
  expect(toldSerial({ serialNumber: Buffer.from(octets, 'hex') })).toBe(told)
})

test('the issuer is RFC 4514 text', () => {
  expect(toldIssuer(nameOf('CN=Device CA 1,O=Example'))).toBe('CN=Device CA 1,O=Example')
  const longest = nameOf(`CN=${'x'.repeat(253)}`)
  expect(toldIssuer(longest)).toBe(`CN=${'x'.repeat(253)}`)
})

test('an issuer that is too long is its common name with the beginning of a digest, always the same', () => {
  const long = nameOf(`CN=Device CA 1,O=${'x'.repeat(250)}`)
  const digest = hash('sha256', long.issuer.der).slice(0, 16)
  expect(toldIssuer(long)).toBe(`Device CA 1 (${digest})`)
  expect(toldIssuer(nameOf(`CN=Device CA 1,O=${'y'.repeat(250)}`))).not.toBe(toldIssuer(long))
  const emoji = parseName(readElement(buildName([[{ oid: '2.5.4.3', value: '😀'.repeat(200) }]]).der))
  const told = toldIssuer({ issuer: emoji })
  expect(told.length).toBeLessThanOrEqual(256)
  expect(told.isWellFormed()).toBe(true)
})

test('a name without a common name has none', () => {
  expect(commonName(nameFromText('O=Example'))).toBe('')
})

test.each([
  ['2027-03-01T10:00:00Z', '2027-03-01T10:00:00.000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ['+020000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
])('I-8-08 the end %s is told as %s', (notAfter, told) => {
  expect(expiration({ notAfter: new Date(notAfter) })).toBe(told)
})

import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { Asn1Error } from '../der/asn1-error.ts'
import { TAG } from '../der/tag.ts'
import { encode, explicit, integer, sequence } from '../der/write.ts'
import { publicKeyInfoOf } from '../key/public-key-info.ts'
import { parseCertificate } from './certificate.ts'
import { publicKeyOf } from './public-key-of.ts'

const KEY = publicKeyInfoOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
const FIELDS = [integer(5), sequence(), sequence(), sequence(), sequence(), KEY.der]
const REST = [sequence(), encode(TAG.bitString, Buffer.from([0, 1]))]
const V3 = sequence(sequence(explicit(0, integer(2)), ...FIELDS), ...REST)

test('the key of a certificate is read without the rest of it', () => {
  expect(publicKeyOf(V3).der).toEqual(KEY.der)
  expect(publicKeyOf(V3).modulusBits).toBe(2048)
})

test('a certificate of version 1 does not say its version', () => {
  expect(publicKeyOf(sequence(sequence(...FIELDS), ...REST)).der).toEqual(KEY.der)
})

test('one that ends before its key is an error, wherever it ends', () => {
  const end = V3.indexOf(KEY.der) + KEY.der.length
  for (let length = 0; length < end; length++) {
    expect(() => publicKeyOf(V3.subarray(0, length)), `${length} octets`).toThrow(Asn1Error)
  }
})

test('what is no DER is read by the reader of BER, which refuses what is no certificate', () => {
  const indefinite = Buffer.concat([Buffer.from('3080', 'hex'), Buffer.alloc(2)])
  expect(() => publicKeyOf(indefinite)).toThrow(Asn1Error)
  expect(() => parseCertificate(indefinite)).toThrow(Asn1Error)
})

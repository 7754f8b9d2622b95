import { generateKeyPairSync, hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Asn1Error } from '../der/asn1-error.ts'
import { bitString, integer, nullValue, octetString, oid, sequence, unsignedInteger } from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import { parsePublicKeyInfo, publicKeyInfoOf } from './public-key-info.ts'
import { verifySignature } from './verify.ts'

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'

function rsaKey(modulus: Buffer, exponent: bigint, parameters: Buffer | null = nullValue()): Buffer {
  const algorithm = sequence(oid(RSA_ENCRYPTION), ...(parameters === null ? [] : [parameters]))
  return sequence(algorithm, bitString(sequence(unsignedInteger(modulus), integer(exponent))))
}

const modulusOf = (bits: number) => {
  const modulus = Buffer.alloc(bits / 8, 0xa5)
  modulus[modulus.length - 1] = 0xa5
  return modulus
}

describe('types', () => {
  test('RSA has modulus and exponent, and is imported once', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const info = publicKeyInfoOf(publicKey)
    expect(info).toMatchObject({ type: 'rsa', modulusBits: 2048, publicExponent: 65537n, curve: undefined })
    expect(info.modulus).toHaveLength(256)
    expect(info.der).toEqual(publicKey.export({ format: 'der', type: 'spki' }))
    expect(info.keyObject().equals(publicKey)).toBe(true)
    expect(info.keyObject()).toBe(info.keyObject())
    expect(info.digest()).toEqual(hash('sha256', info.der, 'buffer'))
  })

  test.each(['P-256', 'P-384', 'P-521'])('EC %s', (namedCurve) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
    const info = publicKeyInfoOf(privateKey)
    expect(info).toMatchObject({ type: 'ec', curve: namedCurve, modulus: undefined })
    expect(info.keyObject().equals(publicKey)).toBe(true)
  })

  test('Ed25519', () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const info = publicKeyInfoOf(publicKey)
    expect(info.type).toBe('ed25519')
    expect(info.keyObject().equals(publicKey)).toBe(true)
  })

  test('S23 other curves and explicit curve parameters are of no known type, and are not imported', () => {
    for (const namedCurve of ['secp256k1', 'brainpoolP256r1'])
      expect(publicKeyInfoOf(generateKeyPairSync('ec', { namedCurve }).publicKey).type).toBe('unknown')
    const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey
    const info = publicKeyInfoOf(explicit)
    expect(info.type).toBe('unknown')
    expect(() => info.keyObject()).toThrow(PkiError)
  })

  test('a key for PSS alone is not of type rsa, because nothing can be encrypted to it, but it imports', () => {
    const { publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    const info = publicKeyInfoOf(publicKey)
    expect(info).toMatchObject({ type: 'unknown', modulusBits: 2048 })
    expect(info.keyObject().asymmetricKeyType).toBe('rsa-pss')
  })

  test('rsaEncryption with absent parameters is RSA, with others it is not', () => {
    expect(parsePublicKeyInfo(rsaKey(modulusOf(2048), 65537n, null)).type).toBe('rsa')
    expect(parsePublicKeyInfo(rsaKey(modulusOf(2048), 65537n, octetString(Buffer.alloc(1)))).type).toBe('unknown')
  })

  test('what is no SubjectPublicKeyInfo is malformed', () => {
    expect(() => parsePublicKeyInfo(sequence())).toThrow(Asn1Error)
    expect(() => parsePublicKeyInfo(sequence(sequence(oid('1.2.3'))))).toThrow(Asn1Error)
  })
})

describe('S-3.1-15 S22 bounds of RSA keys are checked before any cryptography', () => {
  test.each([
    ['exponent 1', rsaKey(modulusOf(2048), 1n)],
    ['exponent 0', rsaKey(modulusOf(2048), 0n)],
    ['an even exponent', rsaKey(modulusOf(2048), 65536n)],
    ['an exponent above 2^32', rsaKey(modulusOf(2048), (1n << 32n) + 1n)],
    ['an exponent of 16 kbit', rsaKey(modulusOf(2048), (1n << 16384n) + 1n)],
    ['a modulus of 64 kbit', rsaKey(modulusOf(65536), 65537n)],
    ['a modulus of 16392 bits', rsaKey(modulusOf(16392), 65537n)],
    [
      'no RSAPublicKey inside',
      sequence(sequence(oid(RSA_ENCRYPTION), nullValue()), bitString(Buffer.from('05', 'hex'))),
    ],
  ])('%s', (_, der) => {
    const info = parsePublicKeyInfo(der)
    expect(() => info.keyObject()).toThrow(PkiError)
    const signature = Buffer.alloc(256)
    expect(verifySignature(info, { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }, Buffer.alloc(1), signature)).toBe(
      false,
    )
  })

  test('exponent 3 and 16384 bits are within', () => {
    expect(parsePublicKeyInfo(rsaKey(modulusOf(2048), 3n)).keyObject().asymmetricKeyType).toBe('rsa')
    expect(parsePublicKeyInfo(rsaKey(modulusOf(16384), 65537n)).keyObject().asymmetricKeyType).toBe('rsa')
  })
})

test('an EC point that is not on the curve is not imported and verifies nothing', () => {
  const good = publicKeyInfoOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
  const bad = Buffer.from(good.der)
  bad[bad.length - 1] = (bad[bad.length - 1] as number) ^ 1
  const info = parsePublicKeyInfo(bad)
  expect(info.type).toBe('ec')
  expect(() => info.keyObject()).toThrow(PkiError)
  expect(verifySignature(info, { key: 'ec', digest: 'sha256' }, Buffer.alloc(1), Buffer.alloc(70))).toBe(false)
})

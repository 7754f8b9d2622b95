import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readElement } from '../der/read.ts'
import { explicit, integer, nullValue, oid, sequence } from '../der/write.ts'
import { publicKeyInfoOf } from '../key/public-key-info.ts'
import { softwareSigningKey } from '../key/software.ts'
import { verifySignature } from '../key/verify.ts'
import { DIGESTS, type DigestName, digestByName, digestByOid } from './digest.ts'
import { hasNoParameters, parseAlgorithmIdentifier } from './identifier.ts'
import { type SignatureScheme, signatureAlgorithmIdentifier, signatureSchemeOf } from './signature.ts'

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const ED = generateKeyPairSync('ed25519').privateKey

const identifier = (der: Buffer) => parseAlgorithmIdentifier(readElement(der), 'algorithm')
const schemeOf = (der: Buffer, key: KeyObject, digest?: DigestName) =>
  signatureSchemeOf(identifier(der), publicKeyInfoOf(key), digest)

test('C-AL-01 a digest is known with NULL and without parameters', () => {
  for (const row of DIGESTS) {
    for (const der of [row.identifier, row.identifierNull]) {
      const id = identifier(der)
      expect(hasNoParameters(id)).toBe(true)
      expect(digestByOid(id.oid)).toBe(row)
    }
  }
})

describe('C-AL-02 RSA signature algorithms', () => {
  const rsaEncryption = oid('1.2.840.113549.1.1.1')
  const sha256WithRsa = oid('1.2.840.113549.1.1.11')
  const expected = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }

  test.each([
    ['rsaEncryption with NULL', sequence(rsaEncryption, nullValue())],
    ['rsaEncryption without parameters', sequence(rsaEncryption)],
    ['sha256WithRSAEncryption with NULL', sequence(sha256WithRsa, nullValue())],
    ['sha256WithRSAEncryption without parameters', sequence(sha256WithRsa)],
  ])('%s', (_, der) => {
    expect(schemeOf(der, RSA, 'sha256')).toEqual(expected)
  })

  test('rsaEncryption names no digest, so without one it means nothing', () => {
    expect(schemeOf(sequence(rsaEncryption, nullValue()), RSA)).toBeUndefined()
  })

  test('an algorithm of another type of key, or with parameters, means nothing', () => {
    expect(schemeOf(sequence(sha256WithRsa), EC)).toBeUndefined()
    expect(schemeOf(sequence(rsaEncryption), EC, 'sha256')).toBeUndefined()
    expect(schemeOf(sequence(sha256WithRsa, integer(1)), RSA)).toBeUndefined()
    expect(schemeOf(sequence(oid('1.2.3')), RSA, 'sha256')).toBeUndefined()
  })

  test('S-2.9-12 MD5 is known by its name, so that it can be refused by it', () => {
    expect(schemeOf(sequence(oid('1.2.840.113549.1.1.4'), nullValue()), RSA)).toMatchObject({ digest: 'md5' })
  })
})

describe('C-AL-05 RSASSA-PSS', () => {
  const pss = (...parameters: Buffer[]) => sequence(oid('1.2.840.113549.1.1.10'), ...parameters)
  const hash = (name: DigestName) => explicit(0, digestByName(name).identifier)
  const mgf = (name: DigestName) =>
    explicit(1, sequence(oid('1.2.840.113549.1.1.8'), digestByName(name).identifierNull))

  test('absent fields are SHA-1, MGF1 with SHA-1, 20 and 1', () => {
    expect(schemeOf(pss(sequence()), RSA)).toEqual({ key: 'rsa', padding: 'pss', digest: 'sha1', saltLength: 20 })
  })

  test('the salt has the length that is given', () => {
    for (const saltLength of [0, 32, 222]) {
      const parameters = sequence(hash('sha256'), mgf('sha256'), explicit(2, integer(saltLength)))
      expect(schemeOf(pss(parameters), RSA)).toEqual({ key: 'rsa', padding: 'pss', digest: 'sha256', saltLength })
    }
  })

  test.each([
    ['no parameters', pss()],
    ['MGF1 with another digest', pss(sequence(hash('sha256'), mgf('sha1')))],
    ['an unknown digest', pss(sequence(explicit(0, sequence(oid('1.2.3')))))],
    ['an unknown mask generation function', pss(sequence(explicit(1, sequence(oid('1.2.3')))))],
    ['another trailer', pss(sequence(explicit(3, integer(2))))],
    ['an unknown field', pss(sequence(explicit(4, integer(2))))],
  ])('%s is not supported', (_, der) => {
    expect(schemeOf(der, RSA)).toBeUndefined()
  })

  test('what we write, we read', () => {
    for (const scheme of [
      { key: 'rsa', padding: 'pss', digest: 'sha1', saltLength: 20 },
      { key: 'rsa', padding: 'pss', digest: 'sha256', saltLength: 32 },
      { key: 'rsa', padding: 'pss', digest: 'sha512', saltLength: 10 },
    ] as const)
      expect(schemeOf(signatureAlgorithmIdentifier(scheme), RSA)).toEqual(scheme)
  })
})

describe('C-AL-07 ECDSA', () => {
  test('ecdsa-with-SHA2, and id-ecPublicKey with the digest beside it', () => {
    expect(schemeOf(sequence(oid('1.2.840.10045.4.3.2')), EC)).toEqual({ key: 'ec', digest: 'sha256' })
    expect(schemeOf(sequence(oid('1.2.840.10045.2.1')), EC, 'sha384')).toEqual({ key: 'ec', digest: 'sha384' })
    expect(schemeOf(sequence(oid('1.2.840.10045.2.1')), RSA, 'sha384')).toBeUndefined()
  })

  test('the signature is a SEQUENCE of two INTEGERs, also when r has its high bit set', async () => {
    const key = softwareSigningKey(EC)
    const scheme: SignatureScheme = { key: 'ec', digest: 'sha256' }
    let highBits = 0
    for (let i = 0; i < 20; i++) {
      const data = Buffer.from([i])
      const signature = await key.sign(data, scheme)
      const e = readElement(signature)
      if (e.children[0]?.content[0] === 0) highBits++
      expect(e.children).toHaveLength(2)
      expect(verifySignature(key.publicKey, scheme, data, signature)).toBe(true)
    }
    expect(highBits).toBeGreaterThan(0)
  })

  test('r and s side by side, as WebCrypto has them, are no signature', () => {
    const scheme: SignatureScheme = { key: 'ec', digest: 'sha256' }
    expect(verifySignature(publicKeyInfoOf(EC), scheme, Buffer.from('a'), Buffer.alloc(64, 1))).toBe(false)
  })
})

test('C-AL-08 Ed25519: its own identifier without parameters, over the data itself', async () => {
  const key = softwareSigningKey(ED)
  const der = signatureAlgorithmIdentifier({ key: 'ed25519' })
  expect(der.toString('hex')).toBe('300506032b6570')
  expect(schemeOf(der, ED)).toEqual({ key: 'ed25519' })
  const signature = await key.sign(Buffer.from('a'), { key: 'ed25519' })
  expect(verifySignature(key.publicKey, { key: 'ed25519' }, Buffer.from('a'), signature)).toBe(true)
  expect(verifySignature(key.publicKey, { key: 'ed25519' }, Buffer.from('b'), signature)).toBe(false)
})

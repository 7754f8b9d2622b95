import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import { PkiError } from '../pki-error.ts'
import { encryptToKey } from './encrypt.ts'
import { softwareDecryptionKey, softwareSigningKey } from './software.ts'

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = softwareDecryptionKey(RSA.privateKey)
const SECRET = Buffer.from('0123456789abcdef')

describe('decryption', () => {
  test.each<KeyTransport>([
    { scheme: 'rsa-pkcs1' },
    { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' },
    { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha256' },
    { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha1' },
    { scheme: 'rsa-oaep', hash: 'sha512', mgfHash: 'sha384' },
  ])('N-01 N-02 a content key comes back: %o', async (transport) => {
    const ciphertext = encryptToKey(key.publicKey, transport, SECRET)
    expect(await key.decrypt(ciphertext, transport)).toEqual(SECRET)
  })

  test.each(['sha1', 'sha256', 'sha512'])('OAEP with %s agrees with OpenSSL both ways', async (hash) => {
    const transport = { scheme: 'rsa-oaep', hash, mgfHash: hash } as KeyTransport
    const options = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }
    const theirs = publicEncrypt({ key: RSA.publicKey, ...options }, SECRET)
    expect(await key.decrypt(theirs, transport)).toEqual(SECRET)
    const ours = encryptToKey(key.publicKey, transport, SECRET)
    expect(privateDecrypt({ key: RSA.privateKey, ...options }, ours)).toEqual(SECRET)
  })

  test('S-7-12 S14 a ciphertext that does not open gives bytes that mean nothing, never an error', async () => {
    const transports: KeyTransport[] = [
      { scheme: 'rsa-pkcs1' },
      { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' },
      { scheme: 'rsa-oaep', hash: 'sha512', mgfHash: 'sha1' },
    ]
    for (const transport of transports) {
      const good = encryptToKey(key.publicKey, transport, SECRET)
      for (const ciphertext of [flip(good, 0), flip(good, 255), Buffer.alloc(256), Buffer.alloc(256, 0xff)]) {
        const opened = await key.decrypt(ciphertext, transport)
        expect(opened.equals(SECRET)).toBe(false)
      }
    }
  })

  test('N-01 S14 the same wrong PKCS#1 ciphertext gives the same bytes: there is no second answer to compare', async () => {
    const wrong = flip(encryptToKey(key.publicKey, { scheme: 'rsa-pkcs1' }, SECRET), 9)
    expect(await key.decrypt(wrong, { scheme: 'rsa-pkcs1' })).toEqual(await key.decrypt(wrong, { scheme: 'rsa-pkcs1' }))
  })

  test('N-01 no security fix of Node is switched off for it', () => {
    expect([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')).not.toContain('security-revert')
  })

  test('a ciphertext that is not as long as the key is an error', () => {
    for (const length of [0, 255, 257])
      expect(() => key.decrypt(Buffer.alloc(length), { scheme: 'rsa-pkcs1' })).toThrow(PkiError)
  })

  test('only RSA keys decrypt, and only to RSA keys is encrypted', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    expect(() => softwareDecryptionKey(ec)).toThrow(PkiError)
    expect(() => encryptToKey(softwareSigningKey(ec).publicKey, { scheme: 'rsa-pkcs1' }, SECRET)).toThrow(PkiError)
  })

  test('a key that is too short for the digest is refused', () => {
    const short = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
    const transport: KeyTransport = { scheme: 'rsa-oaep', hash: 'sha512', mgfHash: 'sha512' }
    expect(() => encryptToKey(short.publicKey, transport, SECRET)).toThrow(PkiError)
  })
})

describe('signing', () => {
  test('signs in process, at once, and refuses a scheme of another type of key', () => {
    const signer = softwareSigningKey(RSA.privateKey)
    expect(signer.inProcess).toBe(true)
    expect(signer.sign(SECRET, { key: 'rsa', padding: 'pkcs1', digest: 'sha256' })).toBeInstanceOf(Buffer)
    expect(() => signer.sign(SECRET, { key: 'ec', digest: 'sha256' })).toThrow(PkiError)
  })

  test('a public key signs nothing', () => {
    expect(() => softwareSigningKey(RSA.publicKey)).toThrow(TypeError)
  })
})

function flip(bytes: Buffer, at: number): Buffer {
  const out = Buffer.from(bytes)
  out[at] = (out[at] as number) ^ 1
  return out
}

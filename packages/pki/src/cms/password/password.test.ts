import { pbkdf2Sync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as pki from '../../index.ts'
import { strict } from '../testing/ber.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'

const { der } = pki
const CONTENT = Buffer.from('content')
const PASSWORD = 'pä$$ 1'
const hex = (text: string) => Buffer.from(text, 'hex')

const sealed = (changes: Partial<pki.NewPasswordEnvelopedData> = {}): Promise<Buffer> =>
  pki.buildPasswordEnvelopedData({
    content: CONTENT,
    encryption: 'aes-128-cbc',
    password: PASSWORD,
    iterations: 1000,
    ...changes,
  })

function recipientOf(message: Buffer): pki.PasswordRecipientInfo {
  const [recipient] = pki.parseEnvelopedData(message).recipientInfos
  if (recipient?.kind !== 'password') throw new Error('no password recipient')
  return recipient
}

async function open(message: Buffer, password = PASSWORD): Promise<Buffer | undefined> {
  const envelope = pki.parseEnvelopedData(message)
  const key = await pki.openPasswordRecipient(recipientOf(message), password)
  return key && pki.decryptContent(envelope, key)
}

describe('RFC 3211 §3', () => {
  const SALT = hex('1234567878563412')
  const WORDS = 'All n-entities must communicate with other n-entities via n-1 entiteeheehees'
  const TRIPLE_DES = pki.contentEncryptionByName('des-ede3-cbc')
  const kek = pbkdf2Sync(WORDS, SALT, 500, 24, 'sha1')
  const iv = hex('baf1ca7931213c4e')
  const wrapped = hex('c03c514abdb9e2c5aac038572b5e24553876b377aafb82eca5a9d73f8ab143d9ec74e6cad7db260c')
  const contentKey = hex('8c637d887223a2f965b566eb014b0fa5d52300a3f7ea40fffc577203c71baf3b')

  test('S-3.1-P08 the derived keys are those of the examples', () => {
    expect(pbkdf2Sync('password', SALT, 5, 8, 'sha1').toString('hex')).toBe('d1daa78615f287e6')
    expect(kek.toString('hex')).toBe('6a8970bf68c92caea84a8df28510858607126380cc47ab2d')
  })

  test('S-3.1-P08 S-3.1-P09 the example unwraps to its key', () => {
    expect(unwrapKey(TRIPLE_DES, kek, iv, wrapped)).toEqual(contentKey)
  })

  test('S-3.1-P09 one flipped bit anywhere never yields the key', () => {
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const other = Buffer.from(wrapped)
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(unwrapKey(TRIPLE_DES, kek, iv, other)?.equals(contentKey) ?? false).toBe(false)
    }
  })

  test('S-3.1-P09 the example opens as a recipient, from its own encoding', async () => {
    const derivation = der.encode(
      0xa0,
      der.oid('1.2.840.113549.1.5.12'),
      der.sequence(der.octetString(SALT), der.integer(500)),
    )
    const cipher = der.sequence(der.oid(TRIPLE_DES.oid), der.octetString(iv))
    const recipient = withParts(derivation, der.sequence(der.oid(PWRI_KEK), cipher), wrapped)
    expect(await pki.openPasswordRecipient(recipient, WORDS)).toEqual(contentKey)
    expect(await pki.openPasswordRecipient(recipient, WORDS.slice(1))).toBeUndefined()
  })
})

const PWRI_KEK = '1.2.840.113549.1.9.16.3.9'

/** PasswordRecipientInfo of these parts, read from an EnvelopedData. */
function withParts(derivation: Buffer | undefined, encryption: Buffer, key: Buffer): pki.PasswordRecipientInfo {
  const parts = [...(derivation === undefined ? [] : [derivation]), encryption, der.octetString(key)]
  const content = der.sequence(der.oid(pki.CONTENT_TYPE.data), der.sequence(der.oid('1.2.3')))
  const envelope = der.sequence(der.integer(3), der.set(der.encode(0xa3, der.integer(0), ...parts)), content)
  return recipientOf(der.sequence(der.oid(pki.CONTENT_TYPE.envelopedData), der.explicit(0, envelope)))
}

test('N-08 while a key is derived the process does other things', async () => {
  const done: string[] = []
  const opened = open(await sealed({ iterations: 500_000 })).then(() => done.push('opened'))
  await new Promise((resolve) => setImmediate(resolve))
  done.push('other things')
  await opened
  expect(done).toEqual(['other things', 'opened'])
})

describe('PWRI-KEK', () => {
  const AES = pki.contentEncryptionByName('aes-128-cbc')
  const [kek, iv] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]

  test('S-3.1-P08 every key length round-trips, in whole blocks and at least two', () => {
    for (let length = 3; length <= 64; length++) {
      const key = Buffer.alloc(length, length)
      const wrapped = wrapKey(AES, kek, iv, key)
      expect(wrapped.length % 16).toBe(0)
      expect(wrapped.length).toBeGreaterThanOrEqual(Math.max(32, length + 4))
      expect(unwrapKey(AES, kek, iv, wrapped)).toEqual(key)
    }
  })

  test('S-3.1-P09 no blocks, one block and parts of blocks are refused', () => {
    for (const length of [0, 1, 16, 31, 33]) expect(unwrapKey(AES, kek, iv, Buffer.alloc(length))).toBeUndefined()
  })
})

describe('an envelope under a password', () => {
  test('S-3.1-P03 C-BER-05 is DER of version 3, its recipient under [3] of version 0 with a derivation', async () => {
    const message = await sealed()
    expect(strict(message)).toEqual(message)
    expect(pki.parseEnvelopedData(message).version).toBe(3)
    const recipient = pki.readElement(message).children[1]?.children[0]?.children[1]?.children[0]
    expect(recipient?.tag).toBe(0xa3)
    expect(recipient?.children.map(({ tag }) => tag)).toEqual([0x02, 0xa0, 0x30, 0x04])
    expect(recipient?.children[0]?.content).toEqual(Buffer.from([0]))
  })

  test('S-3.1-P04 S-3.1-P07 has a salt of 16 octets, 100,000 rounds of HMAC-SHA-256 and the cipher of the content', async () => {
    const { password, ...usual } = { content: CONTENT, encryption: 'aes-256-cbc', password: 'x' } as const
    const asynchronous = await pki.buildPasswordEnvelopedData({ ...usual, password })
    for (const message of [asynchronous, pki.buildEnvelopedData({ ...usual, recipient: { password } })]) {
      const encryption = pki.passwordEncryptionOf(recipientOf(message))
      expect(encryption).toMatchObject({ iterations: 100_000, prf: 'sha256', cipher: { name: 'aes-256-cbc' } })
      expect([encryption.salt.length, encryption.iv.length]).toEqual([16, 16])
      expect(await open(message, password)).toEqual(CONTENT)
    }
  })

  test.each(pki.CONTENT_ENCRYPTIONS)('S-3.1-P02 opens with the password and no other: $name', async ({ name }) => {
    const message = await sealed({ encryption: name })
    expect(await open(message)).toEqual(CONTENT)
    expect(await open(message, `${PASSWORD} `)).toBeUndefined()
    expect(await open(message, PASSWORD.normalize('NFD'))).toBeUndefined()
  })

  test.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const)('S-3.1-P05 opens again: %s', async (prf) => {
    const message = await sealed({ prf })
    expect(pki.passwordEncryptionOf(recipientOf(message)).prf).toBe(prf)
    expect(await open(message)).toEqual(CONTENT)
  })

  test('S-3.1-P04 SHA-1 is the default and left out', async () => {
    const parameters = recipientOf(await sealed({ prf: 'sha1' })).keyDerivation?.parameters
    expect(parameters?.children).toHaveLength(2)
  })
})

describe('what stands in the clear', () => {
  const salt = der.octetString(Buffer.alloc(8))
  const aes = der.sequence(der.oid('2.16.840.1.101.3.4.1.2'), der.octetString(Buffer.alloc(16)))
  const kek = der.sequence(der.oid(PWRI_KEK), aes)
  const pbkdf2 = (...parameters: Buffer[]) =>
    der.encode(0xa0, der.oid('1.2.840.113549.1.5.12'), der.sequence(...parameters))
  const prf = (oid: string, ...parameters: Buffer[]) => der.sequence(der.oid(oid), ...parameters)
  const read = (derivation: Buffer | undefined, encryption = kek) => withParts(derivation, encryption, Buffer.alloc(32))

  test('S-3.1-P04 S-3.1-P05 S-3.1-P06 no keyLength and no prf, a fitting keyLength, parameters NULL or absent', () => {
    const hmac = '1.2.840.113549.2.9'
    for (const [parameters, expected] of [
      [[salt, der.integer(2048)], 'sha1'],
      [[salt, der.integer(2048), der.integer(16)], 'sha1'],
      [[salt, der.integer(2048), prf(hmac)], 'sha256'],
      [[salt, der.integer(2048), der.integer(16), prf(hmac, der.nullValue())], 'sha256'],
    ] as const)
      expect(pki.passwordEncryptionOf(read(pbkdf2(...parameters)))).toMatchObject({ iterations: 2048, prf: expected })
  })

  const rounds = der.integer(1)
  test.each<[string, () => pki.PasswordRecipientInfo]>([
    ['S-3.1-P05 a function that nobody knows', () => read(pbkdf2(salt, rounds, prf('1.2.840.113549.2.6')))],
    ['a derivation that is not PBKDF2', () => read(der.encode(0xa0, der.oid('1.2.3'), der.sequence(salt, rounds)))],
    ['S-3.1-P07 AES key wrap', () => read(pbkdf2(salt, rounds), prf('2.16.840.1.101.3.4.1.5'))],
    ['a cipher that nobody knows', () => read(pbkdf2(salt, rounds), der.sequence(der.oid(PWRI_KEK), prf('1.2.3')))],
    ['S-2.9-03 single DES', () => read(pbkdf2(salt, rounds), der.sequence(der.oid(PWRI_KEK), prf('1.3.14.3.2.7')))],
  ])('%s is unsupported', async (_, recipient) => {
    expect(() => pki.passwordEncryptionOf(recipient())).toThrow(
      expect.objectContaining({ code: 'ERR_PKI_UNSUPPORTED' }),
    )
    expect(await pki.openPasswordRecipient(recipient(), PASSWORD)).toBeUndefined()
  })

  test.each<[string, () => pki.PasswordRecipientInfo]>([
    ['S-3.1-P03 no derivation', () => read(undefined)],
    ['S-3.1-P06 a keyLength that does not fit', () => read(pbkdf2(salt, rounds, der.integer(15)))],
    ['S-3.1-P16 2^31 - 1 iterations', () => read(pbkdf2(salt, der.integer(2 ** 31 - 1)))],
    ['no iterations', () => read(pbkdf2(salt, der.integer(0)))],
    ['S-3.1-P16 a salt of 1025 octets', () => read(pbkdf2(der.octetString(Buffer.alloc(1025)), rounds))],
    [
      'an IV of 8 octets',
      () => {
        const short = prf('2.16.840.1.101.3.4.1.2', der.octetString(Buffer.alloc(8)))
        return read(pbkdf2(salt, rounds), der.sequence(der.oid(PWRI_KEK), short))
      },
    ],
  ])('%s is invalid', async (_, recipient) => {
    expect(() => pki.passwordEncryptionOf(recipient())).toThrow(expect.objectContaining({ code: 'ERR_PKI_INVALID' }))
    expect(await pki.openPasswordRecipient(recipient(), PASSWORD)).toBeUndefined()
  })

  test.each<[string, () => pki.PasswordRecipientInfo]>([
    ['no parameters', () => read(der.encode(0xa0, der.oid('1.2.840.113549.1.5.12')))],
    ['no salt', () => read(pbkdf2(rounds))],
    ['a negative count', () => read(pbkdf2(salt, der.integer(Buffer.from([0xff]))))],
    ['a count of 16 octets', () => read(pbkdf2(salt, der.integer(Buffer.alloc(16, 1))))],
    ['a part too many', () => read(pbkdf2(salt, rounds, rounds, prf('1.2.840.113549.2.7'), rounds))],
    ['no cipher', () => read(pbkdf2(salt, rounds), der.sequence(der.oid(PWRI_KEK)))],
  ])('%s is malformed', async (_, recipient) => {
    expect(() => pki.passwordEncryptionOf(recipient())).toThrow(pki.Asn1Error)
    expect(await pki.openPasswordRecipient(recipient(), PASSWORD)).toBeUndefined()
  })
})

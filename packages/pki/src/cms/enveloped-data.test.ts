import { beforeAll, describe, expect, test } from 'vitest'
import * as pki from '../index.ts'
import { longLength, rewrite, segments, strict, withIndefiniteLengths } from './testing/ber.ts'
import { type Identity, identity, KEY_IDENTIFIER } from './testing/identity.ts'

const { der } = pki
const CONTENT = Buffer.from('a certification request, or so')
const PKCS1: pki.KeyTransport = { scheme: 'rsa-pkcs1' }
/** Paths in a ContentInfo with EnvelopedData. */
const AT = {
  version: '1.0.0',
  recipientInfos: '1.0.1',
  rid: '1.0.1.0.1',
  keyEncryption: '1.0.1.0.2',
  cipher: '1.0.2.1',
  iv: '1.0.2.1.1',
  encrypted: '1.0.2.2',
}

let rsa: Identity
let message: Buffer

beforeAll(async () => {
  rsa = await identity('rsa')
  message = envelope()
})

function envelope(changes: Partial<pki.NewEnvelopedData> = {}): Buffer {
  const recipient = { certificate: rsa.certificate, transport: PKCS1 }
  return pki.buildEnvelopedData({ content: CONTENT, encryption: 'aes-128-cbc', recipient, ...changes })
}

const changed = (path: string, change: (e: pki.Element) => Buffer): Buffer =>
  rewrite(message, (e, at) => (at === path ? change(e) : undefined))

/** What the holder of the RSA key reads, as a server does it. */
async function open(bytes: Buffer): Promise<Buffer | undefined> {
  const read = pki.parseEnvelopedData(bytes)
  const [recipient] = read.recipientInfos
  const transport = recipient?.kind === 'keyTransport' ? pki.keyTransportOf(recipient.keyEncryption) : undefined
  if (recipient?.kind !== 'keyTransport' || transport === undefined) return undefined
  const key = await pki.softwareDecryptionKey(rsa.privateKey).decrypt(recipient.encryptedKey, transport)
  const length = pki.CONTENT_ENCRYPTIONS.find(({ oid }) => oid === read.contentEncryption.oid)?.keyBytes ?? 16
  return pki.decryptContent(read, pki.contentKeyOfLength(key, length))
}

describe('what is written', () => {
  test('C-BER-05 C-BER-03 is DER, the encrypted content primitive under [0]', () => {
    expect(strict(message)).toEqual(message)
    expect(pki.readElement(message).children[1]?.children[0]?.children[2]?.children[2]?.tag).toBe(0x80)
  })

  test('S-3.1-02 S-3.1-03 S-3.2.2-01 S-3.2.2-02 is version 0 over id-data for one recipient by issuer and serial', () => {
    const read = pki.parseEnvelopedData(message)
    expect([read.version, read.contentType, read.recipientInfos.length]).toEqual([0, pki.CONTENT_TYPE.data, 1])
    const [recipient] = read.recipientInfos
    expect(recipient).toMatchObject({ kind: 'keyTransport', rid: { kind: 'issuerAndSerialNumber' } })
    const der = recipient?.kind === 'keyTransport' ? recipient.keyEncryption.der : undefined
    expect(der?.toString('hex')).toBe('300d06092a864886f70d0101010500')
  })

  test.each(['a1'.repeat(32), '0000002a', 'ff01'])(
    'S-2.3-03 C-ID-07 names the certificate octet for octet: %s',
    async (hex) => {
      const { certificate } = await identity('rsa', { serialNumber: Buffer.from(hex, 'hex') })
      const [recipient] = pki.parseEnvelopedData(
        envelope({ recipient: { certificate, transport: PKCS1 } }),
      ).recipientInfos
      const rid = der.sequence(certificate.issuer.der, der.integer(Buffer.from(hex, 'hex')))
      expect(recipient).toMatchObject({ rid: { der: rid } })
    },
  )

  test.each(pki.CONTENT_ENCRYPTIONS)('S-2.9-01 S-2.9-02 S-2.9-04 opens again: $name', async ({ name, ivBytes }) => {
    const sealed = envelope({ encryption: name })
    expect(pki.parseEnvelopedData(sealed).contentEncryption.parameters?.content).toHaveLength(ivBytes)
    expect(await open(sealed)).toEqual(CONTENT)
  })

  test.each<pki.KeyTransport>([
    { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' },
    { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha256' },
    { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha1' },
  ])('C-AL-06 opens again: OAEP %o', async (transport) => {
    const sealed = envelope({ recipient: { certificate: rsa.certificate, transport } })
    expect(await open(sealed)).toEqual(CONTENT)
  })

  test('C-AL-11 any length round-trips, with a block of padding more when it is aligned', async () => {
    for (let length = 0; length <= 33; length++) {
      const content = Buffer.alloc(length, 7)
      const sealed = envelope({ content })
      expect(pki.parseEnvelopedData(sealed).encryptedContent).toHaveLength((Math.floor(length / 16) + 1) * 16)
      expect(await open(sealed)).toEqual(content)
    }
  })

  test('S-7-16 no key, IV or wrapped key occurs twice', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 500; i++) {
      const read = pki.parseEnvelopedData(envelope())
      const [recipient] = read.recipientInfos
      if (recipient?.kind === 'keyTransport') seen.add(recipient.encryptedKey.toString('hex'))
      seen.add(read.contentEncryption.parameters?.content.toString('hex') ?? '')
    }
    expect(seen.size).toBe(1000)
  })

  test('S-3.1-P14 a key that cannot encrypt is refused', async () => {
    for (const kind of ['ec', 'ed25519'] as const) {
      const { certificate } = await identity(kind)
      expect(() => envelope({ recipient: { certificate, transport: PKCS1 } })).toThrow(pki.PkiError)
    }
  })
})

describe('what is read', () => {
  test.each([1, 2, 3, 4, 5])('C-BER-01 indefinite lengths, %d levels of them', async (depth) => {
    expect(await open(withIndefiniteLengths(message, depth))).toEqual(CONTENT)
  })

  test.each([1, 5, 16, 100])('C-BER-03 C-BER-04 encrypted content in segments of %d octets', async (length) => {
    expect(await open(changed(AT.encrypted, (e) => der.encode(0xa0, ...segments(e.content, length))))).toEqual(CONTENT)
  })

  test('lengths with leading zeros, originatorInfo and unprotectedAttrs (S-3.2.2-04)', async () => {
    expect(await open(changed(AT.cipher, (e) => longLength(e.tag, e.content)))).toEqual(CONTENT)
    const attributes = der.encode(0xa1, pki.buildAttribute('1.2.3', der.integer(1)))
    const dressed = changed('1.0', (e) => {
      const [version, ...rest] = e.children.map(({ bytes }) => bytes) as [Buffer, Buffer]
      return der.sequence(version, der.encode(0xa0, der.encode(0xa0)), ...rest, attributes)
    })
    expect(await open(dressed)).toEqual(CONTENT)
  })

  test('S-3.1-07 a rid that is a subjectKeyIdentifier', () => {
    const [recipient] = pki.parseEnvelopedData(changed(AT.rid, () => der.encode(0x80, KEY_IDENTIFIER))).recipientInfos
    expect(recipient).toMatchObject({ rid: { kind: 'subjectKeyIdentifier', value: KEY_IDENTIFIER } })
    const rid = recipient?.kind === 'keyTransport' ? recipient.rid : undefined
    expect(rid && pki.identifies(rid, rsa.certificate)).toBe(true)
  })

  test('S-3.1-04 S-3.1-10 recipients of every kind, in their order', () => {
    const tags = [0xa1, 0xa2, 0xa4, 0xa9, 0x04]
    const others = tags.map((tag) => der.encode(tag, ...(tag === 0x04 ? [] : [der.integer(3)])))
    const mixed = changed(AT.recipientInfos, (e) => der.encode(e.tag, ...others, e.content))
    const kinds = pki.parseEnvelopedData(mixed).recipientInfos.map(({ kind }) => kind)
    expect(kinds).toEqual(['keyAgreement', 'kek', 'other', 'other', 'other', 'keyTransport'])
  })

  test('more than 16 recipients are refused', () => {
    const times = (count: number) =>
      changed(AT.recipientInfos, (e) => der.encode(e.tag, ...Array.from({ length: count }, () => e.content)))
    expect(pki.parseEnvelopedData(times(16)).recipientInfos).toHaveLength(16)
    expect(() => pki.parseEnvelopedData(times(17))).toThrow(pki.Asn1Error)
  })

  test.each(['02', 'ff', '00'.repeat(9)])('C-ID-08 S-3.2.2-02 whatever the version says: %s', async (hex) => {
    expect(await open(changed(AT.version, () => der.integer(Buffer.from(hex, 'hex'))))).toEqual(CONTENT)
  })

  test('S-3.2-03 a bare EnvelopedData, a SignedData and parts behind are refused', () => {
    const bare = pki.readElement(message).children[1]?.children[0]?.bytes as Buffer
    for (const bytes of [bare, pki.certsOnly([])]) expect(() => pki.parseEnvelopedData(bytes)).toThrow(pki.Asn1Error)
    for (const path of ['', '1', '1.0', '1.0.1.0', '1.0.2', '1.0.2.1']) {
      const behind = changed(path, (e) => der.encode(e.tag, e.content, der.nullValue()))
      expect(() => pki.parseEnvelopedData(behind)).toThrow(pki.Asn1Error)
    }
  })
})

describe('keyTransportOf', () => {
  const identifier = (oid: string, ...parameters: Buffer[]) =>
    pki.parseAlgorithmIdentifier(pki.readElement(der.sequence(der.oid(oid), ...parameters)), 'key encryption')
  const RSA = '1.2.840.113549.1.1.1'
  const OAEP = '1.2.840.113549.1.1.7'
  const SHA1 = { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' }
  const label = (...parts: Buffer[]) =>
    der.sequence(der.explicit(2, der.sequence(der.oid('1.2.840.113549.1.1.9'), ...parts)))
  const hash = (oid: string) => der.sequence(der.explicit(0, der.sequence(der.oid(oid), der.nullValue())))

  test('rsaEncryption with NULL or without parameters is PKCS #1 v1.5', () => {
    expect(pki.keyTransportOf(identifier(RSA, der.nullValue()))).toEqual(PKCS1)
    expect(pki.keyTransportOf(identifier(RSA))).toEqual(PKCS1)
  })

  test('C-AL-06 OAEP with an empty sequence, with nothing or with an empty label is SHA-1 throughout', () => {
    const forms = [[der.sequence()], [], [der.nullValue()], [label(der.octetString(Buffer.alloc(0)))]]
    for (const parameters of forms) expect(pki.keyTransportOf(identifier(OAEP, ...parameters))).toEqual(SHA1)
  })

  test.each<[string, () => pki.AlgorithmIdentifier]>([
    ['a label', () => identifier(OAEP, label(der.octetString(Buffer.from('x'))))],
    ['a label of another type', () => identifier(OAEP, label(der.integer(1)))],
    ['MD5', () => identifier(OAEP, hash('1.2.840.113549.2.5'))],
    ['a hash that nobody knows', () => identifier(OAEP, hash('1.2.3.4'))],
    ['parameters of another type', () => identifier(OAEP, der.integer(1))],
    ['an empty field', () => identifier(OAEP, der.sequence(der.encode(0xa0)))],
    ['parameters of rsaEncryption', () => identifier(RSA, der.integer(1))],
    ['another algorithm', () => identifier('2.16.840.1.101.3.4.1.5')],
  ])('%s is nothing we can undo', (_, id) => expect(pki.keyTransportOf(id())).toBeUndefined())
})

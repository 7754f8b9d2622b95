import { spawnSync } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../../../../tests/command.ts'
import { temporaryFolder } from '../../../../../tests/folder.ts'
import * as pki from '../../index.ts'
import { type Identity, identity } from '../testing/identity.ts'

const { der } = pki
const CONTENT = Buffer.from('octets of every kind: \u0000\r\n ä '.repeat(20))
const NONCE = Buffer.alloc(12, 7)
const KEY = Buffer.alloc(32, 9)
const ROWS = pki.AUTHENTICATED_ENCRYPTIONS

/** Ciphertext and tag as node:crypto makes them. */
function encrypt(name: pki.AuthenticatedEncryptionName, tagBytes = 16, aad?: Buffer): { text: Buffer; tag: Buffer } {
  const { keyBytes } = pki.authenticatedEncryptionByName(name)
  const cipher = createCipheriv(name, KEY.subarray(0, keyBytes), NONCE, { authTagLength: tagBytes })
  if (aad !== undefined) cipher.setAAD(aad)
  const text = Buffer.concat([cipher.update(CONTENT), cipher.final()])
  return { text, tag: cipher.getAuthTag() }
}

interface Parts {
  readonly name?: pki.AuthenticatedEncryptionName
  readonly parameters?: Buffer
  readonly content?: (right: Buffer) => Buffer | undefined
}

/** An envelope for nobody: its content is opened with a key that is known. */
function envelope({ name = 'aes-128-gcm', parameters, content }: Parts = {}, tagBytes = 16): pki.EnvelopedData {
  const { text, tag } = encrypt(name, tagBytes)
  const right = Buffer.concat([text, tag])
  const encrypted = content === undefined ? right : content(right)
  return pki.parseEnvelopedData(
    contentInfo(
      pki.CONTENT_TYPE.envelopedData,
      der.set(),
      der.sequence(
        der.oid(pki.CONTENT_TYPE.data),
        der.sequence(der.oid(pki.authenticatedEncryptionByName(name).oid), parameters ?? standardParameters()),
        ...(encrypted === undefined ? [] : [der.implicit(0, der.octetString(encrypted))]),
      ),
    ),
  )
}

const contentInfo = (type: string, ...parts: Buffer[]) =>
  der.sequence(der.oid(type), der.explicit(0, der.sequence(der.integer(0), ...parts)))
const standardParameters = (nonce = NONCE, ...tagBytes: number[]) =>
  der.sequence(der.octetString(nonce), ...(tagBytes.length === 0 ? [16] : tagBytes).map((n) => der.integer(n)))
const open = (e: pki.EnvelopedData, keyBytes = 16) => pki.decryptContent(e, KEY.subarray(0, keyBytes))

test.each(ROWS)('$name opens as node:crypto has encrypted it, its tag behind it', ({ name, keyBytes }) => {
  expect(open(envelope({ name }), keyBytes)).toEqual(CONTENT)
})

test('parameters as the pkcs7 libraries in Go write them: a primitive SEQUENCE around, the nonce under [4]', () => {
  const inner = `3011840c${NONCE.toString('hex')}020110`
  expect(open(envelope({ parameters: Buffer.from(`1013${inner}`, 'hex') }))).toEqual(CONTENT)
  // Forks that mended the identifier octet and nothing else.
  expect(open(envelope({ parameters: Buffer.from(`3013${inner}`, 'hex') }))).toEqual(CONTENT)
})

test('a tag of twelve octets is what an absent length means', () => {
  expect(open(envelope({ parameters: der.sequence(der.octetString(NONCE)) }, 12))).toEqual(CONTENT)
})

test.each<[string, Parts]>([
  ['no parameters but NULL', { parameters: der.nullValue() }],
  ['an OCTET STRING for parameters, as CBC has it', { parameters: der.octetString(NONCE) }],
  ['an empty SEQUENCE', { parameters: der.sequence() }],
  ['a nonce of 16 octets', { parameters: standardParameters(Buffer.alloc(16)) }],
  ['an empty nonce', { parameters: standardParameters(Buffer.alloc(0)) }],
  ['a tag of 4 octets', { parameters: standardParameters(NONCE, 4) }],
  ['a tag of 17 octets', { parameters: standardParameters(NONCE, 17) }],
  ['a third parameter', { parameters: standardParameters(NONCE, 16, 1) }],
  ['a primitive SEQUENCE of no DER', { parameters: Buffer.from('10023005', 'hex') }],
  ['a primitive SEQUENCE of nothing', { parameters: Buffer.from('1000', 'hex') }],
  ['no content', { content: () => undefined }],
  ['content shorter than a tag', { content: (right) => right.subarray(0, 15) }],
  ['content without its tag', { content: (right) => right.subarray(0, -16) }],
  ['a tag that was changed', { content: (right) => flipped(right, right.length - 1) }],
  ['content that was changed', { content: (right) => flipped(right, 0) }],
])('S-3.2.2-03 S-7-02 one undefined for %s', (_, parts) => expect(open(envelope(parts))).toBeUndefined())

test('C-AL-10 a key of another length, or another key, opens nothing', () => {
  for (const length of [0, 15, 17, 24, 32]) expect(open(envelope(), length)).toBeUndefined()
  expect(pki.decryptContent(envelope(), Buffer.alloc(16))).toBeUndefined()
})

describe('AuthEnvelopedData', () => {
  const attribute = (oid: string) => der.sequence(der.oid(oid), der.set(der.octetString(Buffer.from(oid))))
  const attributes = [attribute('1.2.840.113549.1.9.99'), attribute('1.2.3')]

  function authenticated(tag: (right: Buffer) => Buffer, ...order: Buffer[]): pki.EnvelopedData {
    const made = encrypt('aes-256-gcm', 16, der.setOf(attributes))
    const encrypted = der.sequence(
      der.oid(pki.CONTENT_TYPE.data),
      der.sequence(der.oid('2.16.840.1.101.3.4.1.46'), standardParameters()),
      der.implicit(0, der.octetString(made.text)),
    )
    const signed = der.implicit(1, der.set(...order))
    const mac = der.octetString(tag(made.tag))
    const unauthenticated = der.implicit(2, der.set())
    const parts = [der.set(), encrypted, signed, mac, unauthenticated]
    return pki.parseAuthEnvelopedData(contentInfo(pki.CONTENT_TYPE.authEnvelopedData, ...parts))
  }
  const same = (tag: Buffer) => tag

  test('opens with its attributes authenticated in the order of DER, however they were sent', () => {
    expect(open(authenticated(same, ...attributes), 32)).toEqual(CONTENT)
    expect(open(authenticated(same, ...attributes.toReversed()), 32)).toEqual(CONTENT)
  })

  test('an attribute less, another tag or a shorter one opens nothing', () => {
    expect(open(authenticated(same, attributes[0] as Buffer), 32)).toBeUndefined()
    expect(
      open(
        authenticated((tag) => flipped(tag, 3), ...attributes),
        32,
      ),
    ).toBeUndefined()
    expect(
      open(
        authenticated((tag) => tag.subarray(0, 12), ...attributes),
        32,
      ),
    ).toBeUndefined()
  })

  test('parts too many, a missing tag and another type are no AuthEnvelopedData', () => {
    const encrypted = der.sequence(der.oid(pki.CONTENT_TYPE.data), der.sequence(der.oid('1.2.3')))
    const read =
      (...parts: Buffer[]) =>
      () =>
        pki.parseAuthEnvelopedData(contentInfo(pki.CONTENT_TYPE.authEnvelopedData, der.set(), encrypted, ...parts))
    expect(read(der.octetString(NONCE))).not.toThrow()
    expect(read()).toThrow(pki.Asn1Error)
    expect(read(der.octetString(NONCE), der.integer(1))).toThrow(pki.Asn1Error)
    expect(() => pki.parseAuthEnvelopedData(contentInfo(pki.CONTENT_TYPE.envelopedData))).toThrow(pki.Asn1Error)
  })
})

describe('to a key', () => {
  let holder: Identity
  beforeAll(async () => {
    holder = await identity('rsa')
  })

  async function contentOf(envelope: pki.EnvelopedData): Promise<Buffer | undefined> {
    const [recipient] = envelope.recipientInfos
    const transport = recipient?.kind === 'keyTransport' && pki.keyTransportOf(recipient.keyEncryption)
    if (!transport) throw new Error('not for a key')
    const key = await pki.softwareDecryptionKey(holder.privateKey).decrypt(recipient.encryptedKey, transport)
    return pki.decryptContent(envelope, key)
  }

  test.each(ROWS)('what we encrypt with $name, we open again', async ({ name }) => {
    const recipient = { certificate: holder.certificate, transport: { scheme: 'rsa-pkcs1' } } as const
    for (const content of [CONTENT, Buffer.alloc(0), randomBytes(70_000)]) {
      const message = pki.buildGcmEnvelopedData({ content, encryption: name, recipient })
      expect(await contentOf(pki.parseEnvelopedData(message))).toEqual(content)
    }
  })

  describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('OpenSSL', () => {
    const folder = temporaryFolder()
    const file = (name: string) => join(folder, name)

    test.each(ROWS)('what it encrypts with $name, we open', async ({ name }) => {
      writeFileSync(file('rsa.pem'), pki.encodePem('CERTIFICATE', holder.certificate.der))
      writeFileSync(file('content'), CONTENT)
      const options = ['-binary', '-in', 'content', '-outform', 'DER', '-out', 'enveloped', 'rsa.pem']
      await must('openssl', ['cms', '-encrypt', `-${name}`, ...options], { cwd: folder })
      const message = readFileSync(file('enveloped'))
      expect(pki.isAuthEnvelopedData(pki.readElement(message))).toBe(true)
      expect(await contentOf(pki.parseAuthEnvelopedData(message))).toEqual(CONTENT)
    })
  })
})

function flipped(octets: Buffer, at: number): Buffer {
  const copy = Buffer.from(octets)
  copy[at] = (copy[at] as number) ^ 1
  return copy
}

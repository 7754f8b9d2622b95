import { constants, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto'
import {
  buildCertificationRequest,
  buildGcmEnvelopedData,
  type Certificate,
  der,
  type Element,
  nameFromText,
  readElement,
  type SigningKey,
  softwareSigningKey,
  TAG,
} from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChallenge, setCompatibility } from '../admin.ts'
import { fetchCa, PROFILE_PATH, type PublishedCa } from '../device.ts'
import {
  assembleEnvelope,
  type EnvelopeParts,
  encryptKey,
  encryptKeyOaep,
  envelopeParts,
  OAEP_SHA256,
  signMessage,
} from '../hand-made.ts'
import { flipped, REFUSED_ENVELOPES, unpadded } from '../refused-envelope.ts'
import { startServer, type TestServer } from '../server.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY = softwareSigningKey(privateKey)
const OTHER_KEY = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)

let server: TestServer
let ca: PublishedCa
let certificate: Certificate
let stranger: Certificate
let csr: Buffer

beforeAll(async () => {
  server = await startServer()
  await setCompatibility(server, 'default', { aesGcm: true })
  ca = await fetchCa(server.url)
  const subject = nameFromText('CN=uniform')
  certificate = await selfSignedSigner(subject, KEY, new Date())
  stranger = await selfSignedSigner(nameFromText('CN=stranger'), OTHER_KEY, new Date())
  csr = await request(KEY, await createChallenge(server))
})
afterAll(() => server.stop())

const request = (key: SigningKey, challengePassword = 'any') =>
  buildCertificationRequest({ subject: nameFromText('CN=uniform'), key, challengePassword })

/** Each way in which opening the envelope can fail, from the key down to who signed. */
const FAILURES: Readonly<Record<string, () => EnvelopeParts | Buffer | Promise<EnvelopeParts>>> = {
  ...theSix(),
  'the key is no RSA ciphertext of ours': () => ({ ...good(), encryptedKey: below(randomBytes(256)) }),
  'the key is all zero': () => ({ ...good(), encryptedKey: Buffer.alloc(256) }),
  'the key is one': () => ({ ...good(), encryptedKey: below(Buffer.alloc(256), 1) }),
  'the key is above the modulus': () => ({ ...good(), encryptedKey: Buffer.alloc(256, 0xff) }),
  'the key is too short a ciphertext': () => ({ ...good(), encryptedKey: good().encryptedKey.subarray(1) }),
  'the key is half a ciphertext': () => ({ ...good(), encryptedKey: randomBytes(128) }),
  'the key is too long a ciphertext': () => ({ ...good(), encryptedKey: randomBytes(512) }),
  'the key is empty': () => ({ ...good(), encryptedKey: Buffer.alloc(0) }),
  'the content key is too long': () => ({ ...good(), encryptedKey: encryptKey(randomBytes(24), ca.recipient) }),
  'the content key is too short': () => ({ ...good(), encryptedKey: encryptKey(randomBytes(15), ca.recipient) }),
  'the content key is empty': () => ({ ...good(), encryptedKey: encryptKey(Buffer.alloc(0), ca.recipient) }),
  'the envelope names us and is for somebody else': () => ({
    ...envelopeParts(csr, stranger),
    recipient: ca.recipient,
  }),
  'the padding is zero': () => unpadded(Buffer.alloc(32), ca.recipient),
  'the padding is not the same throughout': () =>
    unpadded(Buffer.concat([Buffer.alloc(28), Buffer.from([3, 4, 4, 4])]), ca.recipient),
  'the content is a block short': () => ({ ...good(), encryptedContent: good().encryptedContent.subarray(16) }),
  'the content is not whole blocks': () => ({ ...good(), encryptedContent: good().encryptedContent.subarray(0, -1) }),
  'the content is empty': () => ({ ...good(), encryptedContent: Buffer.alloc(0) }),
  'the tag of AES-GCM is wrong': () => flipped(gcm(csr), -1),
  'the content under AES-GCM was changed': () => flipped(gcm(csr), -20),
  'the plaintext under AES-GCM is no request': () => gcm(randomBytes(700)),
  'the envelope under AES-GCM is for somebody else': () => gcm(csr, stranger),
  'the plaintext is empty': () => envelopeParts(Buffer.alloc(0), ca.recipient),
  'the plaintext is a certificate': () => envelopeParts(certificate.der, ca.recipient),
  'the plaintext is nested too deep': () => envelopeParts(nested(200), ca.recipient),
  'the request is truncated': () => envelopeParts(csr.subarray(0, -1), ca.recipient),
  'the request has bytes behind it': () => envelopeParts(Buffer.concat([csr, Buffer.from('x')]), ca.recipient),
  'the request was changed': () => envelopeParts(flipped(csr, csr.indexOf('uniform')), ca.recipient),
  'the request’s signature algorithm is unknown': () => envelopeParts(unknownAlgorithm(csr), ca.recipient),
  'the request is for another key than the signer’s': async () => envelopeParts(await request(OTHER_KEY), ca.recipient),
}

function theSix(): Record<string, () => EnvelopeParts> {
  const material = () => ({ csr, recipient: ca.recipient, stranger })
  return Object.fromEntries(Object.entries(REFUSED_ENVELOPES).map(([name, make]) => [name, () => make(material())]))
}

/** RSA-OAEP has no implicit rejection in OpenSSL: an error there would be Manger's oracle. */
const OAEP_FAILURES: Readonly<Record<string, () => EnvelopeParts | Promise<EnvelopeParts>>> = {
  'the block has no OAEP in it': () => oaep(below(randomBytes(256))),
  'the block begins with an octet that is not zero': () =>
    oaep(raw(Buffer.concat([Buffer.from([1]), randomBytes(255)]))),
  'the block is all zero': () => oaep(Buffer.alloc(256)),
  'the ciphertext is above the modulus': () => oaep(Buffer.alloc(256, 0xff)),
  'the key is wrapped by PKCS#1 v1.5': () => oaep(encryptKey(randomBytes(16), ca.recipient)),
  'the label is another one': () => oaep(encryptKeyOaep(KEY_OCTETS, ca.recipient, { hash: 'sha256', label: 'x' })),
  'the hash is another one': () => oaep(encryptKeyOaep(KEY_OCTETS, ca.recipient, { hash: 'sha1', label: '' })),
  'the content key is too long': () => oaep(encryptKeyOaep(randomBytes(24), ca.recipient)),
  'the content key is empty': () => oaep(encryptKeyOaep(Buffer.alloc(0), ca.recipient)),
  'the content key is another one': () => oaep(encryptKeyOaep(randomBytes(16), ca.recipient)),
  'the envelope is for somebody else': () => ({
    ...oaep(encryptKeyOaep(KEY_OCTETS, stranger)),
    recipient: stranger,
  }),
  'the plaintext is no PKCS#10': () => oaep(encryptKeyOaep(KEY_OCTETS, ca.recipient), randomBytes(csr.length)),
  'the request’s signature is wrong': () =>
    oaep(encryptKeyOaep(KEY_OCTETS, ca.recipient), flipped(csr, csr.length - 5)),
}

const KEY_OCTETS = randomBytes(16)

function oaep(encryptedKey: Buffer, content = csr): EnvelopeParts {
  return { ...envelopeParts(content, ca.recipient, KEY_OCTETS), encryptedKey, keyEncryption: OAEP_SHA256 }
}

/** What comes out of the private key is this block. */
function raw(block: Buffer): Buffer {
  return publicEncrypt({ key: ca.recipient.publicKey.keyObject(), padding: constants.RSA_NO_PADDING }, block)
}

describe('every way in which an envelope can fail to open gives one answer', () => {
  let expected: Seen
  beforeAll(async () => {
    expected = await ask({ ...good(), encryptedKey: below(randomBytes(256)) })
  })

  test('which is a signed FAILURE with badRequest', () => {
    expect(expected.status).toBe(200)
    expect(expected.pkiStatus).toBe('2')
    expect(expected.headers['content-type']).toBe('application/x-pki-message')
    expect(expected.text).toContain('the encrypted request cannot be processed')
  })

  test.each(Object.keys(FAILURES))('S-7-01 S-7-02 %s', async (failure) => {
    expect(await ask(await (FAILURES[failure] as () => EnvelopeParts | Buffer)())).toEqual(expected)
  })

  test.each(Object.keys(OAEP_FAILURES))('S-7-01 S-7-02 C-AL-06 with RSA-OAEP: %s', async (failure) => {
    expect(await ask(await (OAEP_FAILURES[failure] as () => EnvelopeParts)())).toEqual(expected)
  })

  test('S-7-02 whichever octet of the encrypted content is changed', async () => {
    const { encryptedContent } = good()
    const positions = [...encryptedContent.keys()].filter((at) => at % 16 === 0 || at >= encryptedContent.length - 32)
    for (const batch of chunks(positions, 8))
      for (const seen of await Promise.all(
        batch.map((at) => ask({ ...fixed, encryptedContent: flipped(encryptedContent, at) })),
      ))
        expect(seen).toEqual(expected)
  })
})

/**
 * A question about a certificate needs no proof of possession, so anybody can ask his own with the envelope that somebody
 * else sealed, and change what is encrypted in it: were padding that is right answered otherwise than padding that is
 * wrong, 256 questions would give an octet of the captured message.
 */
describe.each([
  ['GetCert', '21'],
  ['GetCRL', '22'],
] as const)('a captured envelope, changed and asked as a %s,', (_, messageType) => {
  const spliced = (firstBlock: Buffer): EnvelopeParts => {
    const captured = good()
    const iv = randomBytes(16)
    return {
      ...captured,
      iv,
      encryptedContent: Buffer.concat([firstBlock, captured.encryptedContent.subarray(16, 32)]),
    }
  }
  const rightPadding = () => unpadded(Buffer.concat([randomBytes(31), Buffer.from([1])]), ca.recipient)
  const wrongPadding = () => unpadded(Buffer.concat([randomBytes(31), Buffer.from([17])]), ca.recipient)

  test('S-7-02 S-3.2.1.4-15 gets the answer for a certificate that is not there, whether the padding is right or wrong', async () => {
    const expected = await ask(wrongPadding(), messageType)
    expect(expected).toMatchObject({ status: 200, pkiStatus: '2' })
    expect(expected.text).toContain('there is nothing to deliver under this issuer and serial number')
    const others = [
      rightPadding(),
      { ...good(), encryptedKey: below(randomBytes(256)) },
      envelopeParts(nested(3), ca.recipient),
    ]
    for (const parts of others) expect(await ask(parts, messageType)).toEqual(expected)
  })

  test('S-7-02 is answered alike for every last octet that its padding can end with', async () => {
    const expected = await ask(wrongPadding(), messageType)
    // One of the 256 blocks before the captured one makes its last octet a padding of one.
    const block = randomBytes(15)
    const guesses = Array.from({ length: 256 }, (_, octet) => spliced(Buffer.concat([block, Buffer.from([octet])])))
    for (const batch of chunks(guesses, 16)) {
      const answers = await Promise.all(batch.map((parts) => ask(parts, messageType)))
      for (const seen of answers) expect(seen).toEqual(expected)
    }
  })

  test('S-3.2.1.2-03 is a bad envelope only where the whole request in it is as its owner signed it', async () => {
    const seen = await ask(good(), messageType)
    expect(seen).toEqual(await ask(good(), messageType))
    expect(seen.text).toContain('the encrypted request cannot be processed')
  })
})

test('the same maker’s message without a fault is a SUCCESS, with RSA-OAEP too', async () => {
  const another = await request(KEY, await createChallenge(server))
  for (const parts of [good(), oaep(encryptKeyOaep(KEY_OCTETS, ca.recipient), another)]) {
    expect(await ask(parts)).toMatchObject({ status: 200, pkiStatus: '0' })
  }
})

let fixed: EnvelopeParts
/** The envelope that would open; one key and IV for all, so that single octets can be changed. */
function good(): EnvelopeParts {
  fixed ??= envelopeParts(csr, ca.recipient)
  return fixed
}

/** As clients with a pkcs7 library in Go may send it; its tag stands at the very end. */
function gcm(content: Buffer, recipient = ca.recipient): Buffer {
  const transport = { scheme: 'rsa-pkcs1' } as const
  return buildGcmEnvelopedData({ content, encryption: 'aes-128-gcm', recipient: { certificate: recipient, transport } })
}

function below(octets: Buffer, last?: number): Buffer {
  octets[0] = 0
  if (last !== undefined) octets[octets.length - 1] = last
  return octets
}

const nested = (depth: number): Buffer => (depth === 0 ? der.nullValue() : der.sequence(nested(depth - 1)))

/** sha256WithRSAEncryption (1.2.840.113549.1.1.11) becomes 1.2.840.113549.1.1.99. */
function unknownAlgorithm(octets: Buffer): Buffer {
  const copy = Buffer.from(octets)
  copy[copy.lastIndexOf(Buffer.from('06092a864886f70d01010b', 'hex')) + 10] = 99
  return copy
}

interface Seen {
  readonly status: number
  readonly headers: Record<string, string>
  /** The reply with what may differ blanked, in hex. */
  readonly reply: string
  readonly pkiStatus: string
  /** failInfoText with its correlation id blanked; empty if there is none. */
  readonly text: string
}

async function ask(parts: EnvelopeParts | Buffer, messageType = '19'): Promise<Seen> {
  const message = signMessage(
    Buffer.isBuffer(parts) ? parts : assembleEnvelope(parts),
    { certificate, privateKey },
    { messageType, transactionId: randomBytes(16).toString('hex'), senderNonce: randomBytes(16) },
  )
  const answer = await fetch(`${server.url}${PROFILE_PATH}?operation=PKIOperation`, {
    method: 'POST',
    body: Uint8Array.from(message),
  })
  const headers = Object.fromEntries(answer.headers)
  delete headers.date
  return { status: answer.status, headers, ...blank(Buffer.from(await answer.arrayBuffer())) }
}

/** transactionID, nonces, time, signature, and the correlation id within failInfoText. */
const MAY_DIFFER: ReadonlySet<string> = new Set(
  ['2.16.840.1.113733.1.9.7', '2.16.840.1.113733.1.9.5', '2.16.840.1.113733.1.9.6', '1.2.840.113549.1.9.5'].map((oid) =>
    der.oid(oid).toString('hex'),
  ),
)
const PKI_STATUS = der.oid('2.16.840.1.113733.1.9.3').toString('hex')
const FAIL_INFO_TEXT = der.oid('1.3.6.1.5.5.7.24.1').toString('hex')

function blank(reply: Buffer): Pick<Seen, 'reply' | 'pkiStatus' | 'text'> {
  const copy = Buffer.from(reply)
  const signerInfo = last(at(at(readElement(copy), 1), 0)).children[0] as Element // ContentInfo, SignedData, SignerInfo
  last(signerInfo).content.fill(0)
  const attributes = signerInfo.children.find(({ tag }) => tag === 0xa0)?.children ?? []
  let text = ''
  let pkiStatus = ''
  for (const attribute of attributes) {
    const oid = at(attribute, 0).bytes.toString('hex')
    const { content } = at(at(attribute, 1), 0)
    if (MAY_DIFFER.has(oid)) content.fill(0)
    if (oid === PKI_STATUS) pkiStatus = content.toString()
    if (oid !== FAIL_INFO_TEXT) continue
    content.write(content.toString().replace(/[0-9a-fA-F-]{8,}/g, (id) => '#'.repeat(id.length)))
    text = content.toString()
  }
  return { reply: copy.toString('hex'), pkiStatus, text }
}

const at = (parent: Element, index: number): Element => {
  const child = parent.children[index]
  if (child === undefined) throw new Error(`no element ${index} in one with tag ${TAG.sequence}`)
  return child
}
const last = (parent: Element): Element => at(parent, parent.children.length - 1)

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

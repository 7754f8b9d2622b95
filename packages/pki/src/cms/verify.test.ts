import { sign } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import * as pki from '../index.ts'
import { indefinite, longLength, rewrite } from './testing/ber.ts'
import { type Identity, identity, signedBy, verifies } from './testing/identity.ts'

const { der } = pki
const CONTENT = Buffer.from('content')
/** Paths of one SignerInfo in a message that has certificates. */
const ATTRIBUTES = '1.0.4.0.3'
const SIGNATURE = '1.0.4.0.5'

let rsa: Identity
let message: Buffer

beforeAll(async () => {
  rsa = await identity('rsa')
  message = await signedBy(rsa, CONTENT)
})

const attributes = (): Buffer[] =>
  pki.parseSignedData(message).signerInfos[0]?.signedAttributes?.map((attribute) => attribute.der) ?? []

/** The message with other signed attributes, signed over these bytes. */
function resigned(element: Buffer, signed: Buffer): Buffer {
  const signature = der.octetString(sign('sha256', signed, rsa.privateKey))
  return rewrite(message, (_, at) => (at === ATTRIBUTES ? element : at === SIGNATURE ? signature : undefined))
}

describe('signed attributes', () => {
  test('C-SA-01 are signed under the tag of a SET, not under [0]', () => {
    const [set, tagged] = [der.set(...attributes()), der.encode(0xa0, ...attributes())]
    expect(verifies(resigned(tagged, set))).toBe(true)
    expect(verifies(resigned(tagged, tagged))).toBe(false)
  })

  test('C-SA-03 unsorted, signed as sent or sorted', () => {
    const unsorted = attributes().reverse()
    const element = der.encode(0xa0, ...unsorted)
    expect(verifies(resigned(element, der.set(...unsorted)))).toBe(true)
    expect(verifies(resigned(element, der.setOf(unsorted)))).toBe(true)
    const [first, ...rest] = attributes()
    expect(verifies(resigned(element, der.set(...rest, first as Buffer)))).toBe(false)
  })

  test('C-SA-04 in BER, signed in DER, in their order or sorted', () => {
    const unsorted = attributes().reverse()
    const ber = unsorted.map((attribute) => {
      const [type, values] = pki.readElement(attribute).children as [pki.Element, pki.Element]
      return indefinite(0x30, type.bytes, indefinite(0x31, ...values.children.map(inSegments)))
    })
    for (const element of [indefinite(0xa0, ...ber), longLength(0xa0, Buffer.concat(ber)), der.encode(0xa0, ...ber)]) {
      expect(verifies(resigned(element, der.set(...unsorted)))).toBe(true)
      expect(verifies(resigned(element, der.setOf(unsorted)))).toBe(true)
    }
  })

  test('C-BER-06 of definite length are verified as received, BER inside and all', () => {
    const odd = longLength(0x30, pki.readElement(attributes()[0] as Buffer).content)
    const set = der.set(odd, ...attributes().slice(1))
    expect(verifies(resigned(Buffer.concat([Buffer.from([0xa0]), set.subarray(1)]), set))).toBe(true)
  })

  test('S-3.2-07 C-SA-05 are demanded: a signature over the content itself verifies nothing', () => {
    const content = der.setOf(attributes())
    const signature = sign('sha256', content, rsa.privateKey)
    const [info] = pki.parseSignedData(message).signerInfos
    const bare = {
      ...(info as pki.SignerInfo),
      signedAttributes: undefined,
      signedAttributesSource: undefined,
      signature,
    }
    expect(pki.verifySignerInfo(bare, rsa.certificate.publicKey, rsa.scheme)).toBe(false)
    expect(pki.verifyMessageDigest(bare, content, 'sha256')).toBe(false)
  })

  test('a changed signature and a foreign key do not verify', async () => {
    const [info] = pki.parseSignedData(message).signerInfos as [pki.SignerInfo]
    const signature = Buffer.from(info.signature)
    signature[9] = (signature[9] as number) ^ 1
    const { publicKey } = rsa.certificate
    expect(pki.verifySignerInfo({ ...info, signature }, publicKey, rsa.scheme)).toBe(false)
    expect(pki.verifySignerInfo({ ...info, signature: Buffer.alloc(0) }, publicKey, rsa.scheme)).toBe(false)
    const ec = await identity('ec')
    expect(pki.verifySignerInfo(info, ec.certificate.publicKey, ec.scheme)).toBe(false)
  })

  test('C-AL-05 with PSS, the salt as long as stated', async () => {
    for (const saltLength of [20, 32, 222]) {
      const scheme = { key: 'rsa', padding: 'pss', digest: 'sha256', saltLength } as const
      const signer = { certificate: rsa.certificate, key: rsa.signing, scheme }
      expect(verifies(await signedBy(rsa, CONTENT, { signer }))).toBe(true)
    }
  })
})

describe('messageDigest', () => {
  const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
  const right = Buffer.from('ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73', 'hex') // SHA-256 of "content"
  const EMPTY = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex')

  const withDigests = (...digests: Buffer[]): pki.SignerInfo => {
    const [info] = pki.parseSignedData(resigned(der.encode(0xa0, ...digests), der.set())).signerInfos
    return info as pki.SignerInfo
  }
  const digest = (...values: Buffer[]): Buffer => pki.buildAttribute(MESSAGE_DIGEST, ...values)

  test('S-3.2-12 is that of the content', () => {
    const info = withDigests(digest(der.octetString(right)))
    expect(pki.verifyMessageDigest(info, CONTENT, 'sha256')).toBe(true)
    expect(pki.verifyMessageDigest(info, Buffer.from('Content'), 'sha256')).toBe(false)
    expect(pki.verifyMessageDigest(info, CONTENT, 'sha1')).toBe(false)
  })

  test('C-SA-07 S-3.2-12 is checked without content too: that of no octets', () => {
    expect(pki.verifyMessageDigest(withDigests(digest(der.octetString(EMPTY))), undefined, 'sha256')).toBe(true)
    expect(pki.verifyMessageDigest(withDigests(digest(der.octetString(right))), undefined, 'sha256')).toBe(false)
  })

  test('C-SA-04 may come in segments', () => {
    expect(
      pki.verifyMessageDigest(
        withDigests(digest(inSegments(pki.readElement(der.octetString(right))))),
        CONTENT,
        'sha256',
      ),
    ).toBe(true)
  })

  test.each<[string, () => Buffer[]]>([
    ['none', () => []],
    ['two attributes', () => [digest(der.octetString(right)), digest(der.octetString(right))]],
    ['two values', () => [digest(der.octetString(right), der.octetString(EMPTY))]],
    ['no value', () => [digest()]],
    ['another type', () => [digest(der.utf8String(right.toString('latin1')))]],
    ['segments of another type', () => [digest(der.encode(0x24, der.integer(1)))]],
    ['a shorter one', () => [digest(der.octetString(right.subarray(1)))]],
  ])('S-3.2.1-15 %s is refused', (_, attributes) => {
    expect(pki.verifyMessageDigest(withDigests(...attributes()), CONTENT, 'sha256')).toBe(false)
  })
})

/** A value as BER may have it: OCTET STRING and PrintableString in two segments, everything else as it is. */
function inSegments(value: pki.Element): Buffer {
  const { tag, content } = value
  if (tag !== pki.TAG.octetString && tag !== pki.TAG.printableString) return value.bytes
  const halves = [content.subarray(0, 1), content.subarray(1)].map((half) => der.encode(tag, half))
  return indefinite(tag | pki.CONSTRUCTED, ...halves)
}

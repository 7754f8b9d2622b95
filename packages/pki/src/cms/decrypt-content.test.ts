import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as pki from '../index.ts'

const { der } = pki
const KEY = Buffer.alloc(32, 1)
const IV = Buffer.alloc(16, 2)

/** An envelope whose content decrypts to these blocks, padding and all. */
function envelope(blocks: Buffer, name: pki.ContentEncryptionName = 'aes-128-cbc'): pki.EnvelopedData {
  const row = pki.contentEncryptionByName(name)
  const cipher = createCipheriv(row.node, key(row), IV.subarray(0, row.ivBytes)).setAutoPadding(false)
  return withContent(cipher.update(blocks), row.oid, der.octetString(IV.subarray(0, row.ivBytes)))
}

function withContent(encryptedContent: Buffer | undefined, oid: string, ...parameters: Buffer[]): pki.EnvelopedData {
  const id = pki.readElement(der.sequence(der.oid(oid), ...parameters))
  const contentEncryption = pki.parseAlgorithmIdentifier(id, 'content encryption')
  return { version: 0, recipientInfos: [], contentType: pki.CONTENT_TYPE.data, contentEncryption, encryptedContent }
}

/** Single DES through triple DES takes its key three times. */
function key({ keyBytes }: pki.ContentEncryption): Buffer {
  return KEY.subarray(0, keyBytes === 8 ? 24 : keyBytes)
}

const AES = '2.16.840.1.101.3.4.1.2'
const open = (e: pki.EnvelopedData) => pki.decryptContent(e, KEY.subarray(0, 16))

describe('padding', () => {
  test('C-AL-11 of one octet to one block is taken away', () => {
    for (let count = 1; count <= 16; count++) {
      const blocks = Buffer.concat([Buffer.alloc(32 - count, 0xaa), Buffer.alloc(count, count)])
      expect(open(envelope(blocks))).toEqual(blocks.subarray(0, 32 - count))
    }
  })

  test('C-AL-11 with any one of its octets wrong is refused', () => {
    for (let count = 1; count <= 16; count++) {
      for (let at = 2; at <= count; at++) {
        const blocks = Buffer.concat([Buffer.alloc(32 - count, 0xaa), Buffer.alloc(count, count)])
        blocks[32 - at] = count ^ 0x80
        expect(open(envelope(blocks))).toBeUndefined()
      }
    }
  })

  test('C-AL-11 of no octet or more than a block is refused', () => {
    for (const count of [0, 17, 32, 127, 128, 255]) expect(open(envelope(Buffer.alloc(32, count)))).toBeUndefined()
    for (const count of [0, 9, 16]) {
      const des = envelope(Buffer.alloc(16, count), 'des-ede3-cbc')
      expect(pki.decryptContent(des, KEY.subarray(0, 24))).toBeUndefined()
    }
  })
})

describe('one undefined for', () => {
  const block = Buffer.alloc(16)
  const iv = der.octetString(IV)

  test.each<[string, pki.EnvelopedData]>([
    ['S-3.2.2-03 no content', withContent(undefined, AES, iv)],
    ['S-3.2.2-03 content of no octets', withContent(Buffer.alloc(0), AES, iv)],
    ['S-3.2.2-03 content of 15 octets', withContent(Buffer.alloc(15), AES, iv)],
    ['S-3.2.2-03 content of 17 octets', withContent(Buffer.alloc(17), AES, iv)],
    ['C-AL-09 no IV', withContent(block, AES)],
    ['C-AL-09 NULL for an IV', withContent(block, AES, der.nullValue())],
    ...[0, 8, 15, 17].map((length): [string, pki.EnvelopedData] => [
      `C-AL-09 an IV of ${length} octets`,
      withContent(block, AES, der.octetString(Buffer.alloc(length))),
    ]),
    ['an IV in another type', withContent(block, AES, der.utf8String('0123456789abcdef'))],
    ['S-2.9-05 AES-GCM', withContent(block, '2.16.840.1.101.3.4.1.6', iv)],
    ['S-2.9-05 a cipher that nobody knows', withContent(block, '1.2.3', iv)],
  ])('%s', (_, e) => expect(open(e)).toBeUndefined())

  test('C-AL-10 a key of another length', () => {
    for (const length of [0, 8, 15, 17, 24, 32]) {
      const blocks = Buffer.alloc(16, 16)
      expect(pki.decryptContent(envelope(blocks), KEY.subarray(0, length))).toBeUndefined()
    }
  })

  test('C-AL-09 an IV of 16 octets for triple DES', () => {
    const des = withContent(Buffer.alloc(8), '1.2.840.113549.3.7', iv)
    expect(pki.decryptContent(des, KEY.subarray(0, 24))).toBeUndefined()
  })
})

describe('contentKeyOfLength', () => {
  test('passes a key of the right length through', () => {
    expect(pki.contentKeyOfLength(KEY.subarray(0, 24), 24)).toEqual(KEY.subarray(0, 24))
  })

  test.each([undefined, 0, 15, 17, 32])('S-7-01 C-AL-10 gives random octets for a key of %s octets', (length) => {
    const candidate = length === undefined ? undefined : Buffer.alloc(length)
    const keys = Array.from({ length: 20 }, () => pki.contentKeyOfLength(candidate, 16))
    expect(new Set(keys.map((one) => one.toString('hex'))).size).toBe(20)
    expect(keys.every((one) => one.length === 16 && !one.subarray(0, 8).equals(Buffer.alloc(8)))).toBe(true)
  })
})

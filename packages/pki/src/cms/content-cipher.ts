import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type ContentEncryption, contentEncryptionByOid } from '../algorithm/content-encryption.ts'
import { TAG } from '../der/tag.ts'
import type { EnvelopedData } from './enveloped-data.ts'

/**
 * A content key of the length that the cipher wants: the candidate, or random octets in its place. Which of the two
 * goes on is not told, so that a wrong padding, a wrong length and a wrong key all end in content that does not
 * decrypt (RFC 3218 §2.3.2).
 */
export function contentKeyOfLength(candidate: Buffer | undefined, length: number): Buffer {
  const random = randomBytes(length)
  return candidate?.length === length ? candidate : random
}

/**
 * The content, or undefined for whatever went wrong: unknown cipher, IV or content of a wrong length, wrong padding.
 * All octets of the padding are looked at, in a time that does not depend on them (S14, S15).
 */
export function decryptContent(envelope: EnvelopedData, contentKey: Buffer): Buffer | undefined {
  const cipher = contentEncryptionByOid(envelope.contentEncryption.oid)
  const iv = envelope.contentEncryption.parameters
  const encrypted = envelope.encryptedContent
  if (cipher === undefined || encrypted === undefined || encrypted.length === 0) return undefined
  if (encrypted.length % cipher.blockBytes !== 0 || contentKey.length !== cipher.keyBytes) return undefined
  if (iv?.tag !== TAG.octetString || iv.content.length !== cipher.ivBytes) return undefined
  return unpad(cbcDecrypt(cipher, contentKey, iv.content, encrypted), cipher.blockBytes)
}

/** CBC with the padding of RFC 5652 §6.3. */
export function encryptContent(cipher: ContentEncryption, contentKey: Buffer, iv: Buffer, content: Buffer): Buffer {
  const stream = createCipheriv(cipher.node, nodeKey(cipher, contentKey), iv)
  return Buffer.concat([stream.update(content), stream.final()])
}

/** CBC without padding. */
export function cbcDecrypt(cipher: ContentEncryption, key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  const stream = createDecipheriv(cipher.node, nodeKey(cipher, key), iv).setAutoPadding(false)
  return Buffer.concat([stream.update(encrypted), stream.final()])
}

/** CBC without padding. */
export function cbcEncrypt(cipher: ContentEncryption, key: Buffer, iv: Buffer, content: Buffer): Buffer {
  const stream = createCipheriv(cipher.node, nodeKey(cipher, key), iv).setAutoPadding(false)
  return Buffer.concat([stream.update(content), stream.final()])
}

/** Single DES is triple DES with one key three times; OpenSSL 3 has only the latter in its default provider. */
function nodeKey(cipher: ContentEncryption, key: Buffer): Buffer {
  return cipher.name === 'des-cbc' ? Buffer.concat([key, key, key]) : key
}

function unpad(plain: Buffer, blockBytes: number): Buffer | undefined {
  const pad = plain[plain.length - 1] as number
  let wrong = Number(pad === 0) | Number(pad > blockBytes)
  for (let i = 1; i <= blockBytes; i++) {
    const counts = Number(i <= pad)
    wrong |= counts & Number(plain[plain.length - i] !== pad)
  }
  return wrong === 0 ? plain.subarray(0, plain.length - pad) : undefined
}

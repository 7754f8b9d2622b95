import { randomBytes } from 'node:crypto'
import type { ContentEncryption } from '../../algorithm/content-encryption.ts'
import { decryptBlocks, encryptBlocks, isWholeBlocks } from '../content-cipher.ts'

/** PWRI-KEK, wrapping (RFC 3211 §2.3.1): length, three check octets, key, random padding to two blocks or more; twice. */
export function wrapKey(cipher: ContentEncryption, key: Buffer, iv: Buffer, contentKey: Buffer): Buffer {
  const { blockBytes } = cipher
  const blocks = Math.max(2, Math.ceil((contentKey.length + 4) / blockBytes))
  const block = randomBytes(blocks * blockBytes)
  block[0] = contentKey.length
  for (let i = 0; i < 3; i++) block[1 + i] = ~(contentKey[i] as number)
  contentKey.copy(block, 4)
  const once = encryptBlocks(cipher, key, iv, block)
  return encryptBlocks(cipher, key, once.subarray(-blockBytes), once)
}

/** PWRI-KEK, unwrapping (RFC 3211 §2.3.2): one undefined for every way in which it can fail. */
export function unwrapKey(cipher: ContentEncryption, key: Buffer, iv: Buffer, wrapped: Buffer): Buffer | undefined {
  const { blockBytes } = cipher
  if (!isWholeBlocks(cipher, wrapped) || wrapped.length < 2 * blockBytes) return undefined
  const last = wrapped.length - blockBytes
  const outerIv = decryptBlocks(cipher, key, wrapped.subarray(last - blockBytes, last), wrapped.subarray(last))
  const block = decryptBlocks(cipher, key, iv, decryptBlocks(cipher, key, outerIv, wrapped))

  const length = block[0] as number
  let bad = ((length - 3) | (block.length - 4 - length)) >>> 31
  for (let i = 0; i < 3; i++) bad |= (block[1 + i] as number) ^ (block[4 + i] as number) ^ 0xff
  return bad === 0 ? block.subarray(4, 4 + length) : undefined
}

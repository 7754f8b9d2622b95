import { randomBytes } from 'node:crypto'
import type { ContentEncryption } from '../algorithm/content-encryption.ts'
import { cbcDecrypt, cbcEncrypt } from './content-cipher.ts'

/**
 * PWRI-KEK (RFC 3211 §2.3): length, three check octets, key, random padding to at least two blocks; encrypted twice, the
 * second time with the last block of the first as IV, so that every octet depends on every other.
 */
export function wrapKey(cipher: ContentEncryption, kek: Buffer, iv: Buffer, key: Buffer): Buffer {
  const length = Math.max(2 * cipher.blockBytes, roundUp(4 + key.length, cipher.blockBytes))
  const block = randomBytes(length)
  block[0] = key.length
  for (let i = 0; i < 3; i++) block[1 + i] = ~(key[i] as number) & 0xff
  key.copy(block, 4)
  const once = cbcEncrypt(cipher, kek, iv, block)
  return cbcEncrypt(cipher, kek, once.subarray(-cipher.blockBytes), once)
}

/** The wrapped key, or undefined when the check octets or the length say that this was not its KEK. */
export function unwrapKey(cipher: ContentEncryption, kek: Buffer, iv: Buffer, wrapped: Buffer): Buffer | undefined {
  const { blockBytes } = cipher
  if (wrapped.length < 2 * blockBytes || wrapped.length % blockBytes !== 0) return undefined
  // The last block, decrypted under the one before it, is the last block of the first encryption: the outer IV.
  const outerIv = cbcDecrypt(cipher, kek, wrapped.subarray(-2 * blockBytes, -blockBytes), wrapped.subarray(-blockBytes))
  const block = cbcDecrypt(cipher, kek, iv, cbcDecrypt(cipher, kek, outerIv, wrapped))
  const length = block[0] as number
  let wrong = Number(length < 3) | Number(length > block.length - 4)
  for (let i = 0; i < 3; i++) wrong |= (block[1 + i] as number) ^ (block[4 + i] as number) ^ 0xff
  return wrong === 0 ? block.subarray(4, 4 + length) : undefined
}

function roundUp(length: number, block: number): number {
  return Math.ceil(length / block) * block
}

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { ContentEncryption } from '../algorithm/content-encryption.ts'
import type { AlgorithmIdentifier } from '../algorithm/identifier.ts'
import { TAG } from '../der/tag.ts'
import { octetString, oid, sequence } from '../der/write.ts'

/** CBC over whole blocks, nothing added. */
export function encryptBlocks(row: ContentEncryption, key: Buffer, iv: Buffer, blocks: Buffer): Buffer {
  return createCipheriv(row.node, cipherKey(row, key), iv).setAutoPadding(false).update(blocks)
}

/** CBC over whole blocks, nothing taken away. */
export function decryptBlocks(row: ContentEncryption, key: Buffer, iv: Buffer, blocks: Buffer): Buffer {
  return createDecipheriv(row.node, cipherKey(row, key), iv).setAutoPadding(false).update(blocks)
}

/** Pads as RFC 5652 §6.3 says, always at least one octet, and encrypts; in the pieces that come out of the cipher. */
export function encryptPadded(row: ContentEncryption, key: Buffer, iv: Buffer, content: Buffer): readonly Buffer[] {
  const cipher = createCipheriv(row.node, cipherKey(row, key), iv)
  return [cipher.update(content), cipher.final()]
}

/** The IV in the parameters of a CBC cipher, when it is exactly one block (C-AL-09). */
export function initialisationVector(row: ContentEncryption, id: AlgorithmIdentifier): Buffer | undefined {
  const { parameters } = id
  return parameters?.tag === TAG.octetString && parameters.content.length === row.ivBytes
    ? parameters.content
    : undefined
}

export function cipherIdentifier(row: ContentEncryption, iv: Buffer): Buffer {
  return sequence(oid(row.oid), octetString(iv))
}

/** Whether octets can be what a block cipher without stealing has written: whole blocks, one at least. */
export function isWholeBlocks(row: ContentEncryption, octets: Buffer): boolean {
  return octets.length > 0 && octets.length % row.blockBytes === 0
}

/** As a KeyObject: to find out that a Buffer is none, Node 24 throws and catches inside, which costs more than the cipher. */
function cipherKey(row: ContentEncryption, key: Buffer): KeyObject {
  return createSecretKey(row.name === 'des-cbc' ? Buffer.concat([key, key, key]) : key)
}

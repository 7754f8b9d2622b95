import { authenticatedEncryptionByOid } from '../algorithm/authenticated-encryption.ts'
import { contentEncryptionByOid } from '../algorithm/content-encryption.ts'
import { decryptBlocks, initialisationVector, isWholeBlocks } from './content-cipher.ts'
import type { EnvelopedData } from './enveloped-data.ts'
import { decryptAuthenticated } from './gcm/decrypt.ts'

/**
 * The content, or undefined for whatever is wrong: one answer, because anybody can sign a modified envelope anew and
 * see what we make of it (S-7-02). Early ways out depend only on what stands in the clear.
 */
export function decryptContent(envelope: EnvelopedData, contentKey: Buffer): Buffer | undefined {
  const { contentEncryption, encryptedContent } = envelope
  const authenticated = authenticatedEncryptionByOid(contentEncryption.oid)
  if (authenticated !== undefined) return decryptAuthenticated(authenticated, envelope, contentKey)
  const row = contentEncryptionByOid(contentEncryption.oid)
  if (row === undefined || contentKey.length !== row.keyBytes) return undefined
  const iv = initialisationVector(row, contentEncryption)
  if (iv === undefined || encryptedContent === undefined || !isWholeBlocks(row, encryptedContent)) return undefined
  return unpadded(decryptBlocks(row, contentKey, iv, encryptedContent), row.blockBytes)
}

/** Takes the padding of RFC 5652 §6.3 away. Every octet it could have is looked at in every case (C-AL-11). */
function unpadded(padded: Buffer, blockBytes: number): Buffer | undefined {
  const { length } = padded
  const count = padded[length - 1] as number
  let bad = ((count - 1) | (blockBytes - count)) >>> 31
  for (let i = 0; i < blockBytes; i++) {
    const inPadding = (i - count) >> 31
    bad |= inPadding & ((padded[length - 1 - i] as number) ^ count)
  }
  return bad === 0 ? padded.subarray(0, length - count) : undefined
}

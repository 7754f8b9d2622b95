import { createDecipheriv, createSecretKey } from 'node:crypto'
import type { AuthenticatedEncryption } from '../../algorithm/authenticated-encryption.ts'
import type { EnvelopedData } from '../enveloped-data.ts'
import { gcmParameters } from './parameters.ts'

/**
 * The content, or undefined for whatever is wrong. In an EnvelopedData, which has no place for it, the tag stands behind
 * the encrypted content.
 */
export function decryptAuthenticated(
  row: AuthenticatedEncryption,
  envelope: EnvelopedData,
  contentKey: Buffer,
): Buffer | undefined {
  const parameters = gcmParameters(envelope.contentEncryption)
  if (parameters === undefined || contentKey.length !== row.keyBytes) return undefined
  const { nonce, tagBytes } = parameters
  const parts = contentAndTag(envelope, tagBytes)
  if (parts === undefined) return undefined
  const decipher = createDecipheriv(row.name, createSecretKey(contentKey), nonce, { authTagLength: tagBytes })
  decipher.setAuthTag(parts.tag)
  const attributes = envelope.authentication?.attributes
  if (attributes !== undefined) decipher.setAAD(attributes)
  try {
    return Buffer.concat([decipher.update(parts.content), decipher.final()])
  } catch {
    return undefined // the tag is wrong
  }
}

function contentAndTag(
  { encryptedContent, authentication }: EnvelopedData,
  tagBytes: number,
): { content: Buffer; tag: Buffer } | undefined {
  if (encryptedContent === undefined) return undefined
  if (authentication !== undefined) {
    const { mac } = authentication
    return mac.length === tagBytes ? { content: encryptedContent, tag: mac } : undefined
  }
  const end = encryptedContent.length - tagBytes
  return end < 0 ? undefined : { content: encryptedContent.subarray(0, end), tag: encryptedContent.subarray(end) }
}

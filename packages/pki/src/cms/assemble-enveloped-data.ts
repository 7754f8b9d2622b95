import { randomBytes } from 'node:crypto'
import type { ContentEncryption } from '../algorithm/content-encryption.ts'
import { contextTag } from '../der/tag.ts'
import { encode, integer, oid, sequence, set } from '../der/write.ts'
import { cipherIdentifier, encryptPadded } from './content-cipher.ts'
import { buildContentInfo, CONTENT_TYPE } from './content-info.ts'

/** Versions of EnvelopedData (RFC 5652 §6.1): key transport by issuer and serial number alone, or a password. */
export const KEY_TRANSPORT_VERSION = integer(0)
export const PASSWORD_VERSION = integer(3)

interface Encryption {
  readonly row: ContentEncryption
  readonly contentKey: Buffer
  readonly content: Buffer
}

/** ContentInfo with EnvelopedData: the part that does not depend on the kind of recipient, under a fresh IV. */
export function assembleEnvelopedData(version: Buffer, recipientInfo: Buffer, encryption: Encryption): Buffer {
  const { row, contentKey, content } = encryption
  const iv = randomBytes(row.ivBytes)
  const encrypted = encode(ENCRYPTED_CONTENT, ...encryptPadded(row, contentKey, iv, content))
  const contentInfo = sequence(ID_DATA, cipherIdentifier(row, iv), encrypted)
  return buildContentInfo('envelopedData', sequence(version, set(recipientInfo), contentInfo))
}

const ID_DATA = oid(CONTENT_TYPE.data)
const ENCRYPTED_CONTENT = contextTag(0, false)

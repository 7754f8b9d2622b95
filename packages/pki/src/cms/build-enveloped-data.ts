import { randomBytes } from 'node:crypto'
import {
  type ContentEncryption,
  type ContentEncryptionName,
  contentEncryptionByName,
} from '../algorithm/content-encryption.ts'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import { contextTag } from '../der/tag.ts'
import { encode, integer, octetString, oid, sequence, set } from '../der/write.ts'
import { encryptToKey } from '../key/encrypt.ts'
import type { Certificate } from '../x509/certificate.ts'
import { cipherIdentifier, encryptPadded } from './content-cipher.ts'
import { buildContentInfo, CONTENT_TYPE } from './content-info.ts'
import { keyTransportIdentifier } from './key-transport.ts'
import { issuerAndSerialNumber } from './signer-identifier.ts'

export interface NewEnvelopedData {
  readonly content: Buffer
  readonly encryption: ContentEncryptionName
  readonly recipient: { readonly certificate: Certificate; readonly transport: KeyTransport }
}

/**
 * ContentInfo with EnvelopedData for one certificate (S-3.1-02).
 * @throws {PkiError} when nothing can be encrypted to its key
 */
export function buildEnvelopedData({ content, encryption, recipient }: NewEnvelopedData): Buffer {
  const row = contentEncryptionByName(encryption)
  const contentKey = randomBytes(row.keyBytes)
  const recipientInfo = sequence(
    VERSION_0,
    issuerAndSerialNumber(recipient.certificate),
    keyTransportIdentifier(recipient.transport),
    octetString(encryptToKey(recipient.certificate.publicKey, recipient.transport, contentKey)),
  )
  return assembleEnvelopedData(VERSION_0, recipientInfo, { row, contentKey, content })
}

/** The part that does not depend on the kind of recipient. */
export function assembleEnvelopedData(
  version: Buffer,
  recipientInfo: Buffer,
  { row, contentKey, content }: { row: ContentEncryption; contentKey: Buffer; content: Buffer },
): Buffer {
  const iv = randomBytes(row.ivBytes)
  const encrypted = encode(ENCRYPTED_CONTENT, ...encryptPadded(row, contentKey, iv, content))
  const contentInfo = sequence(ID_DATA, cipherIdentifier(row, iv), encrypted)
  return buildContentInfo('envelopedData', sequence(version, set(recipientInfo), contentInfo))
}

const VERSION_0 = integer(0)
const ID_DATA = oid(CONTENT_TYPE.data)
const ENCRYPTED_CONTENT = contextTag(0, false)

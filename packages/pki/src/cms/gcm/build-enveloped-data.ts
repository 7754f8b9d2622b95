import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import {
  type AuthenticatedEncryptionName,
  authenticatedEncryptionByName,
} from '../../algorithm/authenticated-encryption.ts'
import { contextTag } from '../../der/tag.ts'
import { encode, oid, sequence, set } from '../../der/write.ts'
import { KEY_TRANSPORT_VERSION } from '../assemble-enveloped-data.ts'
import { buildKeyTransport, type NewKeyTransport } from '../build-enveloped-data.ts'
import { buildContentInfo, CONTENT_TYPE } from '../content-info.ts'
import { buildGcmParameters, GCM_NONCE_BYTES, GCM_TAG_BYTES } from './parameters.ts'

export interface NewGcmEnvelopedData {
  readonly content: Buffer
  readonly encryption: AuthenticatedEncryptionName
  readonly recipient: NewKeyTransport
}

/** ContentInfo with EnvelopedData whose content is under GCM, its tag behind it: what no standard has and some peers read. */
export function buildGcmEnvelopedData({ content, encryption, recipient }: NewGcmEnvelopedData): Buffer {
  const row = authenticatedEncryptionByName(encryption)
  const contentKey = randomBytes(row.keyBytes)
  const nonce = randomBytes(GCM_NONCE_BYTES)
  const cipher = createCipheriv(row.name, createSecretKey(contentKey), nonce, { authTagLength: GCM_TAG_BYTES })
  const encrypted = [cipher.update(content), cipher.final(), cipher.getAuthTag()]
  const contentInfo = sequence(
    oid(CONTENT_TYPE.data),
    sequence(oid(row.oid), buildGcmParameters(nonce)),
    encode(ENCRYPTED_CONTENT, ...encrypted),
  )
  const recipientInfos = set(buildKeyTransport(recipient, contentKey))
  return buildContentInfo('envelopedData', sequence(KEY_TRANSPORT_VERSION, recipientInfos, contentInfo))
}

const ENCRYPTED_CONTENT = contextTag(0, false)

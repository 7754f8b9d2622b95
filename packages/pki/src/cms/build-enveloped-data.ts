import { randomBytes } from 'node:crypto'
import { type ContentEncryptionName, contentEncryptionByName } from '../algorithm/content-encryption.ts'
import type { DigestName } from '../algorithm/digest.ts'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import { TAG } from '../der/tag.ts'
import { encode, implicit, integer, octetString, oid, sequence } from '../der/write.ts'
import { encryptToKey } from '../key/encrypt.ts'
import type { Certificate } from '../x509/certificate.ts'
import { encryptContent } from './content-cipher.ts'
import { buildContentInfo, CONTENT_TYPE } from './content-info.ts'
import { keyTransportIdentifier } from './key-transport.ts'
import { buildPasswordRecipientInfo } from './password-recipient.ts'
import { issuerAndSerialNumber } from './signer-identifier.ts'

export interface NewEnvelopedData {
  readonly content: Buffer
  readonly encryption: ContentEncryptionName
  readonly recipient:
    | { readonly certificate: Certificate; readonly transport: KeyTransport }
    | { readonly password: string; readonly iterations?: number; readonly prf?: DigestName }
}

/** Versions of EnvelopedData (RFC 5652 §6.1): 0 with key transport by issuer and serial alone, 3 with a password. */
const VERSION = { keyTransport: integer(0), password: integer(3) }

/**
 * A ContentInfo with EnvelopedData for one recipient, under a fresh content key and IV.
 * @throws {PkiError} when nothing can be encrypted to the recipient's key
 */
export function buildEnvelopedData({ content, encryption, recipient }: NewEnvelopedData): Buffer {
  const cipher = contentEncryptionByName(encryption)
  const contentKey = randomBytes(cipher.keyBytes)
  const iv = randomBytes(cipher.ivBytes)
  const byPassword = 'password' in recipient
  const recipientInfo = byPassword
    ? buildPasswordRecipientInfo(contentKey, recipient)
    : keyTransportRecipientInfo(contentKey, recipient)
  const encryptedContentInfo = sequence(
    oid(CONTENT_TYPE.data),
    sequence(oid(cipher.oid), octetString(iv)),
    implicit(0, octetString(encryptContent(cipher, contentKey, iv, content))),
  )
  return buildContentInfo(
    CONTENT_TYPE.envelopedData,
    sequence(
      byPassword ? VERSION.password : VERSION.keyTransport,
      encode(TAG.set, recipientInfo),
      encryptedContentInfo,
    ),
  )
}

function keyTransportRecipientInfo(
  contentKey: Buffer,
  { certificate, transport }: { readonly certificate: Certificate; readonly transport: KeyTransport },
): Buffer {
  return sequence(
    VERSION.keyTransport,
    issuerAndSerialNumber(certificate),
    keyTransportIdentifier(transport),
    octetString(encryptToKey(certificate.publicKey, transport, contentKey)),
  )
}

import {
  type ContentEncryptionName,
  contentEncryptionByOid,
  contentEncryptionLabel,
  type EnvelopedData,
  identifies,
  type KeyTransport,
  keyTransportOf,
  parseEnvelopedData,
  type RecipientInfo,
  readElement,
  TAG,
  value,
} from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import type { PkiMessage } from '../pki-message.ts'
import type { RaKey } from '../ra-key.ts'
import { ScepError } from '../scep-error.ts'

/** An envelope whose algorithms are accepted, and the key to try on it. */
export interface RequestEnvelope {
  readonly envelope: EnvelopedData
  readonly contentEncryption: ContentEncryptionName
  readonly keyBytes: number
  readonly keyTransport: KeyTransport
  readonly encryptedKey: Buffer
  readonly ra: RaKey
  /** False: nothing in it names this key, and it is tried all the same, so that a wrong recipient shows nowhere. */
  readonly addressed: boolean
}

const ID_DATA = '1.2.840.113549.1.7.1'
const AUTH_ENVELOPED_DATA = '1.2.840.113549.1.9.16.1.23'
const MOST_RECIPIENTS = 16

/**
 * Reads the envelope of a request and judges its algorithms, which stand in the clear.
 * @throws {ScepError} badAlg for algorithms, `no_envelope` for anything that is not an EnvelopedData
 */
export function readEnvelope(message: PkiMessage, keys: readonly RaKey[], policy: MessagePolicy): RequestEnvelope {
  const envelope = parseEnvelope(message)
  const { contentEncryption, keyBytes } = acceptedContentEncryption(envelope, policy)
  const recipients = envelope.recipientInfos.flatMap((info) => (info.kind === 'keyTransport' ? [info] : []))
  if (recipients.length === 0) {
    const kinds = envelope.recipientInfos.map(({ kind }) => kind).join(', ')
    throw new ScepError('recipient_kind_refused', { detail: `recipients: ${kinds || 'none'}` })
  }
  const { recipient, ra, addressed } = chooseRecipient(recipients, keys)
  const keyTransport = acceptedKeyTransport(recipient, policy)
  const { encryptedKey } = recipient
  return { envelope, contentEncryption, keyBytes, keyTransport, encryptedKey, ra, addressed }
}

function parseEnvelope({ signedData }: PkiMessage): EnvelopedData {
  const { eContent, eContentType } = signedData
  if (eContentType !== ID_DATA) throw new ScepError('no_envelope', { detail: `content of type ${eContentType}` })
  if (eContent === undefined || eContent.length === 0) throw new ScepError('no_envelope', { detail: 'no content' })
  let envelope: EnvelopedData
  try {
    const content = readElement(eContent)
    const [type] = content.children
    if (type?.tag === TAG.oid && value.oidValue(type, 'contentType') === AUTH_ENVELOPED_DATA) {
      throw new ScepError('content_encryption_refused', { detail: 'AuthEnvelopedData' })
    }
    envelope = parseEnvelopedData(content)
  } catch (cause) {
    if (cause instanceof ScepError) throw cause
    throw new ScepError('no_envelope', { detail: cause instanceof Error ? cause.message : 'unreadable', cause })
  }
  if (envelope.contentType !== ID_DATA) {
    throw new ScepError('no_envelope', { detail: `encrypted content of type ${envelope.contentType}` })
  }
  if (envelope.recipientInfos.length > MOST_RECIPIENTS) {
    throw new ScepError('no_envelope', { detail: `more than ${MOST_RECIPIENTS} recipients` })
  }
  return envelope
}

function acceptedContentEncryption(
  { contentEncryption: { oid } }: EnvelopedData,
  { contentEncryptions }: MessagePolicy,
): { contentEncryption: ContentEncryptionName; keyBytes: number } {
  const row = contentEncryptionByOid(oid)
  const name = contentEncryptions.find((candidate) => candidate === row?.name)
  if (row === undefined || name === undefined) {
    throw new ScepError('content_encryption_refused', { detail: `content encryption ${contentEncryptionLabel(oid)}` })
  }
  return { contentEncryption: name, keyBytes: row.keyBytes }
}

type KeyTransportRecipient = RecipientInfo & { readonly kind: 'keyTransport' }

function acceptedKeyTransport({ keyEncryption }: KeyTransportRecipient, policy: MessagePolicy): KeyTransport {
  const transport = keyTransportOf(keyEncryption)
  if (transport === undefined || !policy.keyTransports.includes(transport.scheme)) {
    throw new ScepError('key_transport_refused', { detail: `key transport ${transport?.scheme ?? keyEncryption.oid}` })
  }
  return transport
}

/**
 * Ours among several recipients (micromdm encrypts to every certificate of GetCACert). When none names a key of ours,
 * the first one is tried with our first key: a rid may name an older certificate of the same key, and otherwise the
 * outcome is that of any other envelope that does not open.
 */
function chooseRecipient(
  recipients: readonly KeyTransportRecipient[],
  keys: readonly RaKey[],
): { recipient: KeyTransportRecipient; ra: RaKey; addressed: boolean } {
  for (const recipient of recipients) {
    const ra = keys.find(({ certificate }) => identifies(recipient.rid, certificate))
    if (ra !== undefined) return { recipient, ra, addressed: true }
  }
  const [recipient] = recipients
  const ra = keys.find((key) => key.certificate.publicKey.modulus?.length === recipient?.encryptedKey.length) ?? keys[0]
  if (recipient === undefined || ra === undefined) throw new TypeError('openRequest needs at least one key')
  return { recipient, ra, addressed: false }
}

import {
  Asn1Error,
  type AuthenticatedEncryptionName,
  authenticatedEncryptionByOid,
  type ContentEncryptionName,
  contentEncryptionByOid,
  contentEncryptionLabel,
  type EnvelopedData,
  identifies,
  isAuthEnvelopedData,
  type KeyTransport,
  type KeyTransportRecipientInfo,
  keyTransportOf,
  type PasswordRecipientInfo,
  PkiError,
  parseAuthEnvelopedData,
  parseEnvelopedData,
  passwordEncryptionOf,
  readElement,
} from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import type { PkiMessage } from '../pki-message.ts'
import type { DecryptingRaKey, RaKey } from '../ra-key.ts'
import { canDecrypt } from '../ra-key.ts'
import { ScepError } from '../scep-error.ts'

/** An envelope whose algorithms are accepted, and what may open it. */
export type RequestEnvelope = KeyTransportEnvelope | PasswordEnvelope

interface AcceptedEnvelope {
  readonly envelope: EnvelopedData
  readonly contentEncryption: ContentEncryptionName | AuthenticatedEncryptionName
  readonly keyBytes: number
}

export interface KeyTransportEnvelope extends AcceptedEnvelope {
  readonly kind: 'keyTransport'
  readonly keyTransport: KeyTransport
  readonly encryptedKey: Buffer
  readonly ra: DecryptingRaKey
  /** False: nothing in it names this key, and it is tried all the same, so that a wrong recipient shows nowhere. */
  readonly addressed: boolean
}

/** Sealed with the challenge, because the key of the recipient cannot encrypt (RFC 8894 §3.1). */
export interface PasswordEnvelope extends AcceptedEnvelope {
  readonly kind: 'password'
  readonly recipient: PasswordRecipientInfo
  /** Rounds of PBKDF2 for each candidate. */
  readonly iterations: number
}

const ID_DATA = '1.2.840.113549.1.7.1'
const MOST_RECIPIENTS = 16

/**
 * Reads the envelope of a request and judges its algorithms, which stand in the clear.
 * @param passwords false: no challenge of this endpoint can ever be a password
 * @throws {ScepError} badAlg for algorithms, `no_envelope` for anything that is not an EnvelopedData
 */
export function readEnvelope(
  message: PkiMessage,
  keys: readonly RaKey[],
  policy: MessagePolicy,
  passwords: boolean,
): RequestEnvelope {
  const envelope = parseEnvelope(message, policy)
  const accepted = { envelope, ...acceptedContentEncryption(envelope, policy) }
  const transported = envelope.recipientInfos.flatMap((info) => (info.kind === 'keyTransport' ? [info] : []))
  const [sealed] = envelope.recipientInfos.flatMap((info) => (info.kind === 'password' ? [info] : []))
  const chosen = chooseRecipient(transported, keys.filter(canDecrypt))
  if (chosen !== undefined && (chosen.addressed || sealed === undefined || !passwords)) {
    const { recipient, ra, addressed } = chosen
    const { encryptedKey } = recipient
    const keyTransport = acceptedKeyTransport(recipient, policy)
    return { kind: 'keyTransport', ...accepted, keyTransport, encryptedKey, ra, addressed }
  }
  if (sealed === undefined || !passwords) {
    const kinds = envelope.recipientInfos.map(({ kind }) => kind).join(', ')
    throw new ScepError('recipient_kind_refused', { detail: `recipients: ${kinds || 'none'}` })
  }
  return { kind: 'password', ...accepted, recipient: sealed, iterations: acceptedIterations(sealed) }
}

function parseEnvelope({ signedData }: PkiMessage, { authEnvelopedData }: MessagePolicy): EnvelopedData {
  const { eContent, eContentType } = signedData
  if (eContentType !== ID_DATA) throw new ScepError('no_envelope', { detail: `content of type ${eContentType}` })
  if (eContent === undefined || eContent.length === 0) throw new ScepError('no_envelope', { detail: 'no content' })
  let envelope: EnvelopedData
  try {
    const content = readElement(eContent)
    const authenticated = isAuthEnvelopedData(content)
    if (authenticated && authEnvelopedData.length === 0) {
      throw new ScepError('content_encryption_refused', { detail: 'AuthEnvelopedData' })
    }
    envelope = authenticated ? parseAuthEnvelopedData(content) : parseEnvelopedData(content)
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
  { contentEncryption: { oid }, authentication }: EnvelopedData,
  { contentEncryptions, authEnvelopedData }: MessagePolicy,
): Pick<RequestEnvelope, 'contentEncryption' | 'keyBytes'> {
  const row = contentEncryptionByOid(oid) ?? authenticatedEncryptionByOid(oid)
  const accepted = authentication === undefined ? contentEncryptions : authEnvelopedData
  const name = accepted.find((candidate) => candidate === row?.name)
  if (row === undefined || name === undefined) {
    throw new ScepError('content_encryption_refused', { detail: `content encryption ${contentEncryptionLabel(oid)}` })
  }
  return { contentEncryption: name, keyBytes: row.keyBytes }
}

function acceptedKeyTransport({ keyEncryption }: KeyTransportRecipientInfo, policy: MessagePolicy): KeyTransport {
  const transport = keyTransportOf(keyEncryption)
  if (transport === undefined || !policy.keyTransports.includes(transport.scheme)) {
    throw new ScepError('key_transport_refused', { detail: `key transport ${transport?.scheme ?? keyEncryption.oid}` })
  }
  return transport
}

/** Algorithms and limits of a password stand in the clear too, so nothing is derived for one that is refused (S-3.1-P16). */
function acceptedIterations(recipient: PasswordRecipientInfo): number {
  try {
    return passwordEncryptionOf(recipient).iterations
  } catch (cause) {
    if (!(cause instanceof PkiError || cause instanceof Asn1Error)) throw cause
    const unsupported = cause instanceof PkiError && cause.code === 'ERR_PKI_UNSUPPORTED'
    const reason = unsupported ? 'password_algorithm_refused' : 'bad_envelope'
    throw new ScepError(reason, { detail: cause.message, cause })
  }
}

/**
 * Ours among several recipients (micromdm encrypts to every certificate of GetCACert). When none names a key of ours,
 * the first one is tried with our first key: a rid may name an older certificate of the same key, and otherwise the
 * outcome is that of any other envelope that does not open.
 */
function chooseRecipient(
  recipients: readonly KeyTransportRecipientInfo[],
  keys: readonly DecryptingRaKey[],
): { recipient: KeyTransportRecipientInfo; ra: DecryptingRaKey; addressed: boolean } | undefined {
  for (const recipient of recipients) {
    const ra = keys.find(({ certificate }) => identifies(recipient.rid, certificate))
    if (ra !== undefined) return { recipient, ra, addressed: true }
  }
  const [recipient] = recipients
  const ra = keys.find((key) => key.certificate.publicKey.modulus?.length === recipient?.encryptedKey.length) ?? keys[0]
  return recipient === undefined || ra === undefined ? undefined : { recipient, ra, addressed: false }
}

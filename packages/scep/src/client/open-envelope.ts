import {
  type ContentEncryptionName,
  contentEncryptionByOid,
  contentEncryptionLabel,
  type DecryptionKey,
  decryptContent,
  type EnvelopedData,
  type KeyTransportRecipientInfo,
  keyTransportOf,
  openPasswordRecipient,
  type PasswordRecipientInfo,
  PkiError,
  parseEnvelopedData,
  passwordEncryptionOf,
} from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { Secret } from '../secret.ts'
import { readable } from './readable.ts'

/**
 * What opens the content of a reply: the key of the certificate that signed the request where it can decrypt, else the
 * password of that request. Never both, so that the server has no choice (S-3.1-P18).
 */
export type ReplyKey =
  | { readonly decryption: DecryptionKey; readonly password?: undefined }
  | { readonly decryption?: undefined; readonly password: Secret }

/** @throws {ScepError} `reply_invalid`, or `reply_algorithm_refused` naming the algorithm */
export async function openReplyContent(
  eContent: Buffer | undefined,
  key: ReplyKey,
  accepted: readonly ContentEncryptionName[],
): Promise<Buffer> {
  if (eContent === undefined) throw new ScepError('reply_invalid', { detail: 'SUCCESS without content' })
  const envelope = readable('the envelope', () => parseEnvelopedData(eContent))
  const row = contentEncryptionByOid(envelope.contentEncryption.oid)
  if (row === undefined || !accepted.some((name) => name === row.name)) {
    const detail = `content encryption ${contentEncryptionLabel(envelope.contentEncryption.oid)}`
    throw new ScepError('reply_algorithm_refused', { detail })
  }
  for await (const candidate of contentKeys(envelope, key)) {
    const content = candidate && decryptContent(envelope, candidate)
    if (content !== undefined) return content
  }
  throw new ScepError('reply_invalid', { detail: 'the content cannot be decrypted' })
}

/** Each costs an operation with the private key, or a derivation. */
const MOST_RECIPIENTS = 16
const MOST_PASSWORD_RECIPIENTS = 2

function contentKeys({ recipientInfos }: EnvelopedData, key: ReplyKey): AsyncGenerator<Buffer | undefined> {
  if (key.decryption !== undefined) {
    const ours = recipientInfos.flatMap((info) => (info.kind === 'keyTransport' ? [info] : []))
    if (ours.length === 0) throw wrongKind('a key that decrypts got a reply that is not encrypted to it')
    return transported(ours.slice(0, MOST_RECIPIENTS), key.decryption)
  }
  const ours = recipientInfos.flatMap((info) => (info.kind === 'password' ? [info] : []))
  if (ours.length === 0) throw wrongKind('a key that cannot decrypt got a reply that is not under its challenge')
  return derived(ours.slice(0, MOST_PASSWORD_RECIPIENTS), key.password)
}

const wrongKind = (detail: string): ScepError => new ScepError('reply_invalid', { detail })

async function* transported(recipients: readonly KeyTransportRecipientInfo[], key: DecryptionKey) {
  for (const { keyEncryption, encryptedKey } of recipients) {
    const transport = keyTransportOf(keyEncryption)
    if (transport !== undefined) yield await decryptKey(() => key.decrypt(encryptedKey, transport))
  }
}

/** Not for this key: another recipient of the envelope may be. */
async function decryptKey(attempt: () => Buffer | Promise<Buffer>): Promise<Buffer | undefined> {
  try {
    return await attempt()
  } catch {
    return undefined
  }
}

async function* derived(recipients: readonly PasswordRecipientInfo[], password: Secret) {
  for (const recipient of recipients) {
    checkPasswordAlgorithms(recipient)
    yield await openPasswordRecipient(recipient, password.reveal())
  }
}

/** Judged before anything is derived, so that a person reads what is wrong with them (S-3.1-P03 to S-3.1-P07, S-3.1-P16). */
function checkPasswordAlgorithms(recipient: PasswordRecipientInfo): void {
  try {
    passwordEncryptionOf(recipient)
  } catch (cause) {
    const unsupported = cause instanceof PkiError && cause.code === 'ERR_PKI_UNSUPPORTED'
    const detail = `password recipient: ${cause instanceof Error ? cause.message : 'unreadable'}`
    throw new ScepError(unsupported ? 'reply_algorithm_refused' : 'reply_invalid', { detail, cause })
  }
}

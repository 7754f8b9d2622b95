import {
  authenticatedEncryptionByOid,
  contentEncryptionByOid,
  contentEncryptionLabel,
  contentKeyOfLength,
  type DecryptionKey,
  decryptContent,
  type EnvelopedData,
  keyTransportOf,
  openPasswordRecipient,
  type RecipientInfo,
  readElement,
} from '@chancery/pki'
import type { Secret } from '../secret.ts'
import { readable } from './node.ts'

export type Opening = OpenedEnvelope | { readonly status: 'sealed' | 'not for this key'; readonly sentence: string }

export interface OpenedEnvelope {
  readonly status: 'opened'
  readonly sentence: string
  readonly content: Buffer
  /** Which recipient of the envelope it was. */
  readonly recipient: RecipientInfo
}

/** Tries what the person has on every recipient; unlike a server it says how far it came. */
export async function openForInspection(
  envelope: EnvelopedData,
  key: DecryptionKey | undefined,
  password: Secret | undefined,
): Promise<Opening> {
  const { oid } = envelope.contentEncryption
  const row = contentEncryptionByOid(oid) ?? authenticatedEncryptionByOid(oid)
  if (row === undefined) {
    return {
      status: 'sealed',
      sentence: `encrypted with ${contentEncryptionLabel(oid)}, which this program does not open`,
    }
  }
  const found: OpenedEnvelope[] = []
  let tried = 0
  for (const recipient of worthTrying(envelope.recipientInfos)) {
    const attempt = await contentKey(recipient, key, password)
    if (attempt === 'not tried') continue
    tried++
    const content = attempt && decryptContent(envelope, contentKeyOfLength(attempt, row.keyBytes))
    if (content !== undefined) found.push({ status: 'opened', sentence: how(recipient), content, recipient })
  }
  // A wrong key yields a padding that happens to fit in one case of 256: a structure is preferred to noise.
  const best = found.find(({ content }) => readable(() => readElement(content)) !== undefined) ?? found[0]
  if (best !== undefined) return best
  if (tried > 0) return { status: 'not for this key', sentence: 'what was given does not open it' }
  return { status: 'sealed', sentence: missing(envelope, key, password) }
}

/** Each costs an operation with the private key, or a million rounds of a derivation. */
function worthTrying(recipients: readonly RecipientInfo[]): RecipientInfo[] {
  const [password] = recipients.filter(({ kind }) => kind === 'password')
  const transported = recipients.filter(({ kind }) => kind === 'keyTransport').slice(0, MOST_RECIPIENTS)
  return password === undefined ? transported : [...transported, password]
}

const MOST_RECIPIENTS = 16

function how({ kind }: RecipientInfo): string {
  return kind === 'password' ? 'opened with the password given' : 'opened with the key given'
}

function missing({ recipientInfos }: EnvelopedData, key?: DecryptionKey, password?: Secret): string {
  const byPassword = recipientInfos.some(({ kind }) => kind === 'password')
  const byKey = recipientInfos.some(({ kind }) => kind === 'keyTransport')
  if (!byPassword && !byKey) return 'encrypted in a way that SCEP does not know'
  if (byKey && key === undefined) return 'encrypted: the key of the recipient opens it'
  if (byPassword && password === undefined) return 'encrypted: the challenge opens it'
  return 'encrypted for another kind of recipient than what was given'
}

async function contentKey(
  recipient: RecipientInfo,
  key: DecryptionKey | undefined,
  password: Secret | undefined,
): Promise<Buffer | undefined | 'not tried'> {
  if (recipient.kind === 'password') {
    return password === undefined ? 'not tried' : openPasswordRecipient(recipient, password.reveal())
  }
  if (recipient.kind !== 'keyTransport' || key === undefined) return 'not tried'
  const transport = keyTransportOf(recipient.keyEncryption)
  const { modulus } = key.publicKey
  const { encryptedKey } = recipient
  const fits = encryptedKey.length === modulus?.length && Buffer.compare(encryptedKey, modulus) < 0
  return transport === undefined || !fits ? undefined : key.decrypt(encryptedKey, transport)
}

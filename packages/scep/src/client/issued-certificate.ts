import {
  type Certificate,
  type ContentEncryptionName,
  contentEncryptionByOid,
  contentEncryptionLabel,
  contentKeyOfLength,
  type DecryptionKey,
  decryptContent,
  type EnvelopedData,
  keyTransportOf,
  parseCertificate,
  parseEnvelopedData,
  parseSignedData,
} from '@chancery/pki'
import { ScepError } from '../scep-error.ts'

/**
 * The certificates in the envelope of a SUCCESS.
 * @throws {ScepError} `reply_invalid`, or `reply_algorithm_refused` naming the algorithm
 */
export async function openIssuedCertificates(
  eContent: Buffer | undefined,
  key: DecryptionKey,
  accepted: readonly ContentEncryptionName[],
): Promise<Certificate[]> {
  if (eContent === undefined) throw new ScepError('reply_invalid', { detail: 'SUCCESS without content' })
  const envelope = readable('the envelope', () => parseEnvelopedData(eContent))
  const content = await decrypt(envelope, key, accepted)
  if (content === undefined) throw new ScepError('reply_invalid', { detail: 'the content cannot be decrypted' })
  return readable('the issued certificate', () =>
    parseSignedData(content).certificates.map((certificate) => parseCertificate(certificate)),
  )
}

const MOST_RECIPIENTS = 16

async function decrypt(
  envelope: EnvelopedData,
  key: DecryptionKey,
  accepted: readonly ContentEncryptionName[],
): Promise<Buffer | undefined> {
  const row = contentEncryptionByOid(envelope.contentEncryption.oid)
  if (row === undefined || !accepted.some((name) => name === row.name)) {
    const detail = `content encryption ${contentEncryptionLabel(envelope.contentEncryption.oid)}`
    throw new ScepError('reply_algorithm_refused', { detail })
  }
  for (const recipient of envelope.recipientInfos.slice(0, MOST_RECIPIENTS)) {
    const transport = recipient.kind === 'keyTransport' ? keyTransportOf(recipient.keyEncryption) : undefined
    if (recipient.kind !== 'keyTransport' || transport === undefined) continue
    const candidate = await decryptKey(() => key.decrypt(recipient.encryptedKey, transport))
    const content = decryptContent(envelope, contentKeyOfLength(candidate, row.keyBytes))
    if (content !== undefined) return content
  }
  return undefined
}

/** Not for this key: another recipient of the envelope may be. */
async function decryptKey(attempt: () => Buffer | Promise<Buffer>): Promise<Buffer | undefined> {
  try {
    return await attempt()
  } catch {
    return undefined
  }
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const detail = `${what} cannot be read: ${cause instanceof Error ? cause.message : ''}`
    throw new ScepError('reply_invalid', { detail, cause })
  }
}

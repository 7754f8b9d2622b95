import {
  type AuthenticatedEncryptionName,
  type CertificationRequest,
  type ContentEncryptionName,
  certificationRequestSignatureDigest,
  challengePasswords,
  type DigestName,
  digestByOid,
} from '@chancery/pki'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import { MESSAGE_TYPE } from '../message-type.ts'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import type { RaKey } from '../ra-key.ts'
import type { ReplyTo } from '../reply-to.ts'
import { ScepError } from '../scep-error.ts'
import { Secret } from '../secret.ts'
import { isPss } from '../signature.ts'
import { checkSigningTime, type RequestAttributes, readRequestAttributes } from './attributes.ts'
import { readIssuerAndSerial } from './certificate-question.ts'
import { provenCertificationRequest, refuseCertificationRequest } from './certification-request.ts'
import { type RequestEnvelope, readEnvelope } from './envelope.ts'
import { openEnvelope } from './open-envelope.ts'
import type { PasswordSource } from './password-source.ts'
import type { ScepRequest } from './scep-request.ts'
import { type MessageSigner, verifySigner } from './signer.ts'

/** Types that are served, by their value on the wire; everything else is refused before anything is decrypted. */
const SERVED: ReadonlyMap<string, ScepRequest['messageType']> = new Map(
  (['PKCSReq', 'RenewalReq', 'CertPoll', 'GetCert', 'GetCRL'] as const).map((name) => [MESSAGE_TYPE[name], name]),
)

/**
 * Opens a request: nothing that was not verified is returned. The order of the checks decides which failInfo a device
 * sees (conformance, part L), and the signature comes before anything is decrypted.
 * @param keys those of the endpoint addressed, and no others (design, rule 9)
 * @param passwords undefined: no challenge of the endpoint can be a password
 * @throws {ScepError} with `replyTo` from the moment the transactionID is known
 */
export async function openRequest(
  bytes: Buffer,
  keys: readonly RaKey[],
  policy: MessagePolicy,
  now: Date,
  passwords?: PasswordSource,
): Promise<ScepRequest> {
  const message = readPkiMessage(bytes)
  const attributes = readRequestAttributes(message.attributes, policy)
  let replyTo = firstReplyTo(message, attributes, policy)
  try {
    const signer = verifySigner(message, policy)
    replyTo = { ...replyTo, recipient: signer.certificate }
    checkSigningTime(attributes, policy, now)
    const envelope = readEnvelope(message, keys, policy, passwords !== undefined)
    replyTo = { ...replyTo, ...mirrored(envelope) }
    const messageType = servedType(attributes)
    const { transactionId, senderNonce } = attributes
    const digests = [replyTo.digest]
    const opened = { message, transactionId, senderNonce, signer }
    switch (messageType) {
      case 'PKCSReq':
      case 'RenewalReq': {
        const read = await openEnvelope(envelope, passwords)
        const csr = provenCertificationRequest(read, signer, policy)
        const digest = acceptedCsrDigest(csr, policy)
        const challengePassword = onlyChallenge(csr)
        requirePassword(read.password, challengePassword)
        replyTo = underPassword(replyTo, signer, challengePassword)
        const legacy = legacyAlgorithms([...digests, digest], envelope.contentEncryption)
        return { messageType, ...opened, csr, challengePassword, replyTo, legacy }
      }
      case 'CertPoll':
        // Under a password nothing is derived for it: whoever asks is told by transactionID and signer alone.
        if (envelope.kind === 'keyTransport')
          refuseCertificationRequest(await openEnvelope(envelope, passwords), signer)
        return { messageType, ...opened, replyTo, legacy: legacyAlgorithms(digests, envelope.contentEncryption) }
      case 'GetCert':
      case 'GetCRL': {
        const isServed = messageType === 'GetCert' ? policy.getCert !== 'off' : policy.getCrl
        // Before anything is decrypted: afterwards it would tell that the envelope opened.
        if (!isServed) throw new ScepError('unsupported_message_type', { detail: `${messageType} is switched off` })
        // Only who sealed the question with the secret is answered under it: else strangers could guess at it offline.
        if (envelope.kind === 'keyTransport') underPassword(replyTo, signer, undefined)
        const read = await openEnvelope(envelope, passwords)
        refuseCertificationRequest(read, signer)
        const question = readIssuerAndSerial(read)
        replyTo = underPassword(replyTo, signer, read.password)
        const legacy = legacyAlgorithms(digests, envelope.contentEncryption)
        return { messageType, ...opened, ...question, replyTo, legacy }
      }
    }
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    const { reason, detail, cause } = error
    throw new ScepError(reason, { ...(detail === undefined ? {} : { detail }), cause, replyTo })
  }
}

function firstReplyTo(
  { signerInfo }: PkiMessage,
  { transactionId, senderNonce, messageType }: RequestAttributes,
  { digests }: MessagePolicy,
): ReplyTo {
  const digest = digestByOid(signerInfo.digestAlgorithm.oid)?.name
  const accepted = digest !== undefined && digests.includes(digest)
  return { transactionId, senderNonce, messageType, digest: accepted ? digest : 'sha256' }
}

/** What the reply takes from the envelope: its algorithms, and the key to which it was addressed. */
function mirrored(envelope: RequestEnvelope): Partial<ReplyTo> {
  const contentEncryption = replyEncryption(envelope.contentEncryption)
  if (envelope.kind === 'password') return { contentEncryption }
  const { keyTransport, ra, addressed } = envelope
  return { contentEncryption, keyTransport, ...(addressed ? { ra } : {}) }
}

/**
 * The challenge is the password of the envelope, in both directions (S-3.1-P11): a request sealed with one secret that
 * shows another has two owners.
 */
function requirePassword(opened: Secret | undefined, shown: Secret | undefined): void {
  if (opened === undefined || (shown !== undefined && opened.equals(shown))) return
  throw new ScepError('bad_envelope', { detail: 'the challenge in the request is not the one that sealed it' })
}

/**
 * Nothing can be encrypted to an EC or Ed25519 key, so the reply is sealed with the challenge; where there is none, no
 * certificate may be issued that nobody could be given (S-3.1-P14).
 */
function underPassword(replyTo: ReplyTo, { certificate }: MessageSigner, password: Secret | undefined): ReplyTo {
  if (certificate.publicKey.type === 'rsa') return replyTo
  if (password === undefined) throw new ScepError('signer_cannot_encrypt')
  return { ...replyTo, password }
}

type AskedEncryption = ContentEncryptionName | AuthenticatedEncryptionName

/**
 * The request's own cipher, because a client opens only what it speaks, with these exceptions. Who speaks single DES speaks
 * 3DES. What is read as AES-GCM in an EnvelopedData differs from library to library; AES-CBC is the same for all.
 */
const REPLY_ENCRYPTION: Readonly<Record<'des-cbc' | AuthenticatedEncryptionName, ContentEncryptionName>> = {
  'des-cbc': 'des-ede3-cbc',
  'aes-128-gcm': 'aes-128-cbc',
  'aes-192-gcm': 'aes-192-cbc',
  'aes-256-gcm': 'aes-256-cbc',
}

function replyEncryption(asked: AskedEncryption): ContentEncryptionName {
  return asked in REPLY_ENCRYPTION
    ? REPLY_ENCRYPTION[asked as keyof typeof REPLY_ENCRYPTION]
    : (asked as ContentEncryptionName)
}

function servedType({ fault, messageType }: RequestAttributes): ScepRequest['messageType'] {
  if (fault !== undefined) throw new ScepError('bad_attributes', { detail: fault })
  const served = SERVED.get(messageType)
  if (served !== undefined) return served
  throw new ScepError('unsupported_message_type', { detail: `messageType ${JSON.stringify(messageType.slice(0, 20))}` })
}

function acceptedCsrDigest(csr: CertificationRequest, { digests, rsaPss }: MessagePolicy): DigestName | undefined {
  if (!rsaPss && isPss(csr.signatureAlgorithm)) {
    throw new ScepError('csr_algorithm_refused', { detail: 'certification request signed with RSASSA-PSS' })
  }
  const digest = certificationRequestSignatureDigest(csr)
  if (digest !== undefined && !digests.includes(digest)) {
    throw new ScepError('csr_algorithm_refused', { detail: `certification request signed over ${digest}` })
  }
  return digest
}

/** Two challenges would let a device try two at once (S-3.3.1-05). */
function onlyChallenge(csr: CertificationRequest): Secret | undefined {
  const [first, second] = readChallenges(csr)
  if (second !== undefined) throw new ScepError('bad_attributes', { detail: 'more than one challengePassword' })
  return first === undefined || first === '' ? undefined : new Secret(first)
}

function readChallenges(csr: CertificationRequest): readonly string[] {
  try {
    return challengePasswords(csr)
  } catch (cause) {
    throw new ScepError('bad_attributes', { detail: 'the challengePassword is not a string', cause })
  }
}

const LEGACY: ReadonlySet<string> = new Set(['sha1', 'des-ede3-cbc', 'des-cbc'])

function legacyAlgorithms(digests: readonly (DigestName | undefined)[], cipher: AskedEncryption): string[] {
  return [...new Set([...digests, cipher])].filter((name) => name !== undefined).filter((name) => LEGACY.has(name))
}

import {
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
import { checkSigningTime, type RequestAttributes, readRequestAttributes } from './attributes.ts'
import { openCertificationRequest } from './certification-request.ts'
import { readEnvelope } from './envelope.ts'
import type { EnrolmentMessage, ScepRequest } from './scep-request.ts'
import { verifySigner } from './signer.ts'

/** Types that are served, by their value on the wire; everything else is refused before anything is decrypted. */
const SERVED: ReadonlyMap<string, EnrolmentMessage['messageType']> = new Map([
  [MESSAGE_TYPE.PKCSReq, 'PKCSReq'],
  [MESSAGE_TYPE.RenewalReq, 'RenewalReq'],
])

/**
 * Opens a request: nothing that was not verified is returned. The order of the checks decides which failInfo a device
 * sees (conformance, part L), and the signature comes before anything is decrypted.
 * @param keys those of the endpoint addressed, and no others (design, rule 9)
 * @throws {ScepError} with `replyTo` from the moment the transactionID is known
 */
export async function openRequest(
  bytes: Buffer,
  keys: readonly RaKey[],
  policy: MessagePolicy,
  now: Date,
): Promise<ScepRequest> {
  const message = readPkiMessage(bytes)
  const attributes = readRequestAttributes(message.attributes, policy)
  let replyTo = firstReplyTo(message, attributes, policy)
  try {
    const signer = verifySigner(message, policy)
    replyTo = { ...replyTo, recipient: signer.certificate }
    checkSigningTime(attributes, policy, now)
    const envelope = readEnvelope(message, keys, policy)
    const { contentEncryption, keyTransport } = envelope
    replyTo = { ...replyTo, contentEncryption: replyEncryption(contentEncryption), keyTransport }
    if (envelope.addressed) replyTo = { ...replyTo, ra: envelope.ra }
    if (signer.certificate.publicKey.type !== 'rsa') throw new ScepError('signer_cannot_encrypt')
    const messageType = servedType(attributes)
    const csr = await openCertificationRequest(envelope, signer, policy)
    const digests = [replyTo.digest, acceptedCsrDigest(csr, policy)]
    const { transactionId, senderNonce } = attributes
    const challengePassword = onlyChallenge(csr)
    const legacy = legacyAlgorithms(digests, contentEncryption)
    return { messageType, transactionId, senderNonce, signer, csr, challengePassword, replyTo, legacy }
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

/** The request's own cipher, because a client opens only what it speaks; never single DES, and who speaks that speaks 3DES. */
function replyEncryption(asked: ContentEncryptionName): ContentEncryptionName {
  return asked === 'des-cbc' ? 'des-ede3-cbc' : asked
}

function servedType({ fault, messageType }: RequestAttributes): EnrolmentMessage['messageType'] {
  if (fault !== undefined) throw new ScepError('bad_attributes', { detail: fault })
  const served = SERVED.get(messageType)
  if (served !== undefined) return served
  throw new ScepError('unsupported_message_type', { detail: `messageType ${JSON.stringify(messageType.slice(0, 20))}` })
}

function acceptedCsrDigest(csr: CertificationRequest, { digests }: MessagePolicy): DigestName | undefined {
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

function legacyAlgorithms(digests: readonly (DigestName | undefined)[], cipher: ContentEncryptionName): string[] {
  return [...new Set([...digests, cipher])].filter((name) => name !== undefined).filter((name) => LEGACY.has(name))
}

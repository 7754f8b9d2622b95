import type { Certificate, ContentEncryptionName, DigestName } from '@chancery/pki'
import { type AttributeName, attributeFault, attributeValues, numberText, stringOctets } from '../attribute.ts'
import { FAIL_INFO, type FailInfo } from '../fail-info.ts'
import { MESSAGE_TYPE } from '../message-type.ts'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import { PKI_STATUS } from '../pki-status.ts'
import { ScepError } from '../scep-error.ts'
import type { Secret } from '../secret.ts'
import { acceptedDigest, verifyingCertificate } from '../signature.ts'
import type { TransactionId } from '../transaction-id.ts'
import { failInfoText } from './fail-info-text.ts'
import { openReplyContent, type ReplyKey } from './open-envelope.ts'
import { selectSigners } from './select-certificate.ts'

/** What a client knows about any reply that it waits for. */
export interface ExpectedCertRep {
  readonly transactionId: TransactionId
  readonly senderNonce: Buffer
  /**
   * The CA and RA certificates authenticated beforehand, of the current CA and of a verified next one (S-5.1-02): nothing
   * else may sign (S-3.2-10).
   */
  readonly trusted: readonly Certificate[]
  /** The key of the certificate that signed the request, where it can decrypt. */
  readonly decryption?: ReplyKey['decryption']
  /** The password of the request, where that key cannot. */
  readonly password?: Secret | undefined
  /** Also accept single DES, for servers that know nothing else. */
  readonly allowSingleDes?: boolean | undefined
  /** The drafts only recommended the check of the nonce (D-3.1.1.5-01). */
  readonly lenientNonce?: boolean | undefined
}

export interface Failure {
  readonly status: 'FAILURE'
  /** undefined: the server gave none, or one that nobody knows; `rawFailInfo` has what it wrote. */
  readonly failInfo: FailInfo | undefined
  readonly rawFailInfo: string | undefined
  /** For people only; control characters are gone. */
  readonly failInfoText: string | undefined
}

/** A CertRep whose status may be believed; its content is decrypted, and not yet looked at. */
export type OpenedCertRep =
  | { readonly status: 'SUCCESS'; readonly content: Buffer }
  | { readonly status: 'PENDING' }
  | Failure

const DIGESTS: readonly DigestName[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']
const CIPHERS: readonly ContentEncryptionName[] = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc']

/**
 * Opens a CertRep. The order is signature, type, transactionID, nonce, and only then the status (S-3.2-11): a FAILURE
 * that nobody signed is no failure but a forgery.
 * @throws {ScepError} for everything that is not a reply to be acted on
 */
export async function openCertRep(bytes: Buffer, expected: ExpectedCertRep): Promise<OpenedCertRep> {
  const message = readPkiMessage(bytes)
  verifyMessageSignature(message, expected.trusted)
  checkCorrelation(message, expected)
  switch (text(message, 'pkiStatus')) {
    case PKI_STATUS.PENDING:
      return { status: 'PENDING' }
    case PKI_STATUS.FAILURE:
      return failure(message)
    case PKI_STATUS.SUCCESS: {
      const ciphers = expected.allowSingleDes ? [...CIPHERS, 'des-cbc' as const] : CIPHERS
      const content = await openReplyContent(message.signedData.eContent, replyKey(expected), ciphers)
      return { status: 'SUCCESS', content }
    }
    default:
      throw new ScepError('reply_invalid', { detail: 'unknown pkiStatus' })
  }
}

/** The certificate among the trusted ones that signed a message of a server. @throws {ScepError} */
export function verifyMessageSignature(message: PkiMessage, trusted: readonly Certificate[]): Certificate {
  try {
    const digest = acceptedDigest(message.signerInfo, DIGESTS)
    return verifyingCertificate(message, selectSigners(trusted), digest, DIGESTS)
  } catch (error) {
    if (!(error instanceof ScepError) || error.failInfo !== 'badAlg') throw error
    throw new ScepError('reply_algorithm_refused', { ...(error.detail && { detail: error.detail }), cause: error })
  }
}

/**
 * What will open the reply, settled before anything is sent.
 * @throws {ScepError} `no_password`
 */
export function replyKey({ decryption, password }: Pick<ExpectedCertRep, 'decryption' | 'password'>): ReplyKey {
  if (decryption !== undefined) return { decryption }
  if (password !== undefined) return { password }
  throw new ScepError('no_password', { detail: 'nothing could open the reply: the key that signs cannot decrypt' })
}

function checkCorrelation(message: PkiMessage, { transactionId, senderNonce, lenientNonce }: ExpectedCertRep): void {
  if (text(message, 'messageType') !== MESSAGE_TYPE.CertRep) {
    throw new ScepError('reply_invalid', { detail: 'the message is not a CertRep' })
  }
  if (text(message, 'transactionId') !== transactionId) {
    throw new ScepError('reply_mismatch', { detail: 'the transactionID is not ours' })
  }
  if (lenientNonce) return
  const nonce = attributeValues(message.attributes, 'recipientNonce').only
  if (nonce === undefined || !nonce.content.equals(senderNonce)) {
    throw new ScepError('reply_mismatch', { detail: 'the recipientNonce is not our senderNonce' })
  }
}

/** The text of an attribute that must be there once. */
function text({ attributes }: PkiMessage, name: AttributeName): string {
  const values = attributeValues(attributes, name)
  const fault = attributeFault(values)
  if (values.only === undefined) throw new ScepError('reply_invalid', { detail: fault ?? name })
  const found = name === 'transactionId' ? stringOctets(values.only)?.toString('latin1') : numberText(values.only)
  if (found === undefined) throw new ScepError('reply_invalid', { detail: `${name} is no text` })
  return found
}

function failure({ attributes }: PkiMessage): Failure {
  const { only } = attributeValues(attributes, 'failInfo')
  const rawFailInfo = only === undefined ? undefined : numberText(only)?.slice(0, 20)
  const known = Object.entries(FAIL_INFO).find(([, value]) => value === rawFailInfo)
  const failInfo = known?.[0] as FailInfo | undefined
  return { status: 'FAILURE', failInfo, rawFailInfo, failInfoText: failInfoText(attributes) }
}

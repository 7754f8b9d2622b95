import type { Certificate, ContentEncryptionName, DecryptionKey, DigestName, PublicKeyInfo } from '@chancery/pki'
import { type AttributeName, attributeFault, attributeValues, numberText, stringOctets } from '../attribute.ts'
import type { FailInfo } from '../fail-info.ts'
import { FAIL_INFO } from '../fail-info.ts'
import { MESSAGE_TYPE } from '../message-type.ts'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import { PKI_STATUS } from '../pki-status.ts'
import { ScepError } from '../scep-error.ts'
import { acceptedDigest, verifyingCertificate } from '../signature.ts'
import type { TransactionId } from '../transaction-id.ts'
import { failInfoText } from './fail-info-text.ts'
import { openIssuedCertificates } from './issued-certificate.ts'
import { selectSigners } from './select-certificate.ts'
import { chainsTo } from './trust.ts'

/** What a client knows about the reply that it waits for. */
export interface ExpectedReply {
  readonly transactionId: TransactionId
  readonly senderNonce: Buffer
  /** The CA and RA certificates authenticated beforehand: nothing else may sign (S-3.2-10). */
  readonly trusted: readonly Certificate[]
  /** The key of the certificate that signed the request. */
  readonly decryption: DecryptionKey
  /** The key that the certificate must be for. */
  readonly csrKey: PublicKeyInfo
  /** CA certificates that may have issued it. */
  readonly issuers: readonly Certificate[]
  /** The certificate that signed the request: where the key stays the same, it is not its own successor. */
  readonly renews?: Certificate
  /** Also accept single DES, for servers that know nothing else. */
  readonly allowSingleDes?: boolean
  /** The drafts only recommended the check of the nonce (D-3.1.1.5-01). */
  readonly lenientNonce?: boolean
}

export type Reply =
  | { readonly status: 'SUCCESS'; readonly certificate: Certificate; readonly chain: readonly Certificate[] }
  | { readonly status: 'PENDING' }
  | {
      readonly status: 'FAILURE'
      /** undefined: the server gave none, or one that nobody knows; `rawFailInfo` has what it wrote. */
      readonly failInfo: FailInfo | undefined
      readonly rawFailInfo: string | undefined
      /** For people only; control characters are gone. */
      readonly failInfoText: string | undefined
    }

const DIGESTS: readonly DigestName[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']
const CIPHERS: readonly ContentEncryptionName[] = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc']

/**
 * Opens a CertRep. The order is signature, type, transactionID, nonce, and only then the status (S-3.2-11): a FAILURE
 * that nobody signed is no failure but a forgery.
 * @throws {ScepError} for everything that is not a reply to be acted on
 */
export async function openReply(bytes: Buffer, expected: ExpectedReply): Promise<Reply> {
  const message = readPkiMessage(bytes)
  verifyReplySignature(message, expected.trusted)
  checkCorrelation(message, expected)
  switch (text(message, 'pkiStatus')) {
    case PKI_STATUS.PENDING:
      return { status: 'PENDING' }
    case PKI_STATUS.FAILURE:
      return failure(message)
    case PKI_STATUS.SUCCESS:
      return success(message, expected)
    default:
      throw new ScepError('reply_invalid', { detail: 'unknown pkiStatus' })
  }
}

function verifyReplySignature(message: PkiMessage, trusted: readonly Certificate[]): void {
  try {
    const digest = acceptedDigest(message.signerInfo, DIGESTS)
    verifyingCertificate(message, selectSigners(trusted), digest, DIGESTS)
  } catch (error) {
    if (!(error instanceof ScepError) || error.failInfo !== 'badAlg') throw error
    throw new ScepError('reply_algorithm_refused', { ...(error.detail && { detail: error.detail }), cause: error })
  }
}

function checkCorrelation(message: PkiMessage, { transactionId, senderNonce, lenientNonce }: ExpectedReply): void {
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

function failure({ attributes }: PkiMessage): Reply {
  const { only } = attributeValues(attributes, 'failInfo')
  const rawFailInfo = only === undefined ? undefined : numberText(only)?.slice(0, 20)
  const known = Object.entries(FAIL_INFO).find(([, value]) => value === rawFailInfo)
  const failInfo = known?.[0] as FailInfo | undefined
  return { status: 'FAILURE', failInfo, rawFailInfo, failInfoText: failInfoText(attributes) }
}

/**
 * The certificate for our key, wherever it stands, from an authenticated CA (S-3.3.2.1-04, S-3.3.2.1-05). Certificates
 * beside the signature are never looked at.
 */
async function success({ signedData }: PkiMessage, expected: ExpectedReply): Promise<Reply> {
  const ciphers = expected.allowSingleDes ? [...CIPHERS, 'des-cbc' as const] : CIPHERS
  const certificates = await openIssuedCertificates(signedData.eContent, expected.decryption, ciphers)
  const ours = expected.csrKey.digest()
  const forOurKey = certificates.filter((candidate) => candidate.publicKey.digest().equals(ours))
  const certificate = forOurKey.find(({ der }) => !expected.renews?.der.equals(der))
  if (certificate === undefined && forOurKey.length > 0) {
    throw new ScepError('certificate_not_ours', { detail: 'the certificate that was to be renewed came back' })
  }
  if (certificate === undefined) throw new ScepError('certificate_not_ours', { detail: 'no certificate for our key' })
  const chain = certificates.filter((candidate) => candidate !== certificate)
  if (!chainsTo(certificate, expected.issuers, chain)) {
    throw new ScepError('certificate_not_ours', { detail: 'the certificate is not from the authenticated CA' })
  }
  return { status: 'SUCCESS', certificate, chain }
}

import { buildEnvelopedData, buildPasswordEnvelopedData, buildSignedData, certsOnly } from '@chancery/pki'
import { nonceAttribute, printableAttribute, textAttribute, timeAttribute } from '../attribute-write.ts'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import { FAIL_INFO } from '../fail-info.ts'
import { MESSAGE_TYPE } from '../message-type.ts'
import { PKI_STATUS } from '../pki-status.ts'
import type { RaKey } from '../ra-key.ts'
import type { ReplyTo } from '../reply-to.ts'
import { ScepError } from '../scep-error.ts'
import { signatureSchemeFor } from '../signature-scheme.ts'
import type { CertRep } from './cert-rep.ts'

export interface Sealing {
  readonly ra: RaKey
  readonly policy: MessagePolicy
  readonly now: Date
  /** Fresh: 16 random octets, never the request's own. */
  readonly nonce: Buffer
}

/**
 * A signed CertRep (RFC 8894 §3.3.2), DER throughout, the signer's certificate included.
 * @throws {ScepError} `signer_cannot_encrypt` when a SUCCESS cannot be encrypted to the signer of the request
 */
export async function sealReply(reply: CertRep, to: ReplyTo, { ra, policy, now, nonce }: Sealing): Promise<Buffer> {
  const eContent =
    reply.status === 'SUCCESS' ? await envelope(payload(reply), to, policy) : EMPTY_CONTENT[policy.emptyContent]
  const scheme = signatureSchemeFor(ra.signing.publicKey, to.digest)
  return buildSignedData({
    ...(eContent === undefined ? {} : { eContent }),
    digest: scheme.key === 'ed25519' ? 'sha512' : scheme.digest,
    signer: { certificate: ra.certificate, key: ra.signing, scheme },
    attributes: attributes(reply, to, { policy, now, nonce }),
    certificates: [ra.certificate.der],
  })
}

function payload(reply: CertRep & { readonly status: 'SUCCESS' }): Buffer {
  return 'crl' in reply ? certsOnly([], [reply.crl]) : certsOnly(reply.certificates)
}

/**
 * To the certificate that signed the request, self-signed or old: not to the key in the CSR, and to nobody else
 * (S-2.3-03). Where its key cannot encrypt, under the challenge of the request (S-3.1-P01).
 */
async function envelope(content: Buffer, to: ReplyTo, policy: MessagePolicy): Promise<Buffer> {
  const { recipient, contentEncryption: encryption, password } = to
  if (recipient === undefined || encryption === undefined)
    throw new TypeError('SUCCESS needs a request that was opened')
  if (recipient.publicKey.type !== 'rsa') {
    if (password === undefined) throw cannotEncrypt(to)
    return buildPasswordEnvelopedData({ content, encryption, password: password.reveal(), prf: policy.passwordPrf })
  }
  const transport = to.keyTransport ?? { scheme: 'rsa-pkcs1' }
  try {
    return buildEnvelopedData({ content, encryption, recipient: { certificate: recipient, transport } })
  } catch (cause) {
    throw cannotEncrypt(to, cause)
  }
}

function cannotEncrypt(replyTo: ReplyTo, cause?: unknown): ScepError {
  const detail = 'nothing can be encrypted to the key of the signer'
  return new ScepError('signer_cannot_encrypt', { detail, cause, replyTo })
}

/** The RFC leaves the content out; certmonger needs an empty one, some devices the one octet of NDES. */
const EMPTY_CONTENT: Readonly<Record<MessagePolicy['emptyContent'], Buffer | undefined>> = {
  absent: undefined,
  empty: Buffer.alloc(0),
  ndes: Buffer.from([0]),
}

/** Longest failInfoText: a sentence and a correlation id. */
const LONGEST_TEXT = 250

function attributes(reply: CertRep, to: ReplyTo, { policy, now, nonce }: Omit<Sealing, 'ra'>): Buffer[] {
  const list = [
    printableAttribute('messageType', MESSAGE_TYPE.CertRep),
    printableAttribute('pkiStatus', PKI_STATUS[reply.status]),
    printableAttribute('transactionId', to.transactionId),
    nonceAttribute('senderNonce', nonce),
    timeAttribute('signingTime', now),
  ]
  if (to.senderNonce !== undefined) list.push(nonceAttribute('recipientNonce', to.senderNonce))
  if (reply.status === 'FAILURE') {
    list.push(printableAttribute('failInfo', FAIL_INFO[reply.failInfo]))
    if (policy.failInfoText && reply.text) list.push(textAttribute('failInfoText', reply.text.slice(0, LONGEST_TEXT)))
  }
  return list
}

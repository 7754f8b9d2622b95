import { buildSignedData, type Certificate, type DigestName, type SigningKey } from '@chancery/pki'
import { nonceAttribute, printableAttribute } from '../attribute-write.ts'
import { MESSAGE_TYPE, type MessageType } from '../message-type.ts'
import { type RsaPadding, signatureSchemeFor } from '../signature-scheme.ts'
import { randomTransactionId, type TransactionId } from '../transaction-id.ts'
import { type EnvelopeToSeal, sealEnvelope } from './seal-envelope.ts'

/** What a message is made of, whatever it asks. */
export interface MessageParts extends Omit<EnvelopeToSeal, 'content'> {
  /** A random one if left out. */
  readonly transactionId?: TransactionId | undefined
  /** Fresh: 16 random octets. */
  readonly nonce: Buffer
  readonly signer: { readonly certificate: Certificate; readonly key: SigningKey }
  readonly digest: DigestName
  readonly rsaPadding?: RsaPadding | undefined
}

export interface MessageToSeal extends MessageParts {
  readonly messageType: Exclude<MessageType, 'CertRep'>
  /** messageData (RFC 8894 §3.3), DER. */
  readonly content: Buffer
}

export interface SealedRequest {
  readonly message: Buffer
  readonly transactionId: TransactionId
  readonly senderNonce: Buffer
}

/** A message as a client sends it: encrypted to exactly one recipient, then signed (RFC 8894 §3.1). */
export async function sealMessage(message: MessageToSeal): Promise<SealedRequest> {
  const { signer, nonce, messageType } = message
  const transactionId = message.transactionId ?? randomTransactionId()
  const scheme = signatureSchemeFor(signer.key.publicKey, message.digest, message.rsaPadding)
  const bytes = await buildSignedData({
    eContent: await sealEnvelope(message),
    digest: scheme.key === 'ed25519' ? 'sha512' : scheme.digest,
    signer: { ...signer, scheme },
    attributes: [
      printableAttribute('messageType', MESSAGE_TYPE[messageType]),
      printableAttribute('transactionId', transactionId),
      nonceAttribute('senderNonce', nonce),
    ],
    certificates: [signer.certificate.der],
  })
  return { message: bytes, transactionId, senderNonce: nonce }
}

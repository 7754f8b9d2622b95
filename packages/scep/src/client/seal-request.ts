import {
  buildEnvelopedData,
  buildSignedData,
  type Certificate,
  type ContentEncryptionName,
  type DigestName,
  type KeyTransport,
  type SigningKey,
} from '@chancery/pki'
import { nonceAttribute, printableAttribute } from '../attribute-write.ts'
import { MESSAGE_TYPE } from '../message-type.ts'
import { signatureSchemeFor } from '../signature-scheme.ts'
import { randomTransactionId, type TransactionId } from '../transaction-id.ts'

export interface RequestToSeal {
  readonly messageType: 'PKCSReq' | 'RenewalReq'
  /** PKCS#10, DER. */
  readonly csr: Buffer
  /** A random one if left out. */
  readonly transactionId?: TransactionId
  /** 16 fresh random octets. */
  readonly nonce: Buffer
  readonly signer: { readonly certificate: Certificate; readonly key: SigningKey }
  readonly recipient: Certificate
  readonly digest: DigestName
  readonly contentEncryption: ContentEncryptionName
  readonly keyTransport?: KeyTransport
}

export interface SealedRequest {
  readonly message: Buffer
  readonly transactionId: TransactionId
  readonly senderNonce: Buffer
}

/** A request as a client sends it: encrypted to exactly one certificate, then signed (RFC 8894 §3.1). */
export async function sealRequest(request: RequestToSeal): Promise<SealedRequest> {
  const { signer, recipient, nonce } = request
  const transactionId = request.transactionId ?? randomTransactionId()
  const scheme = signatureSchemeFor(signer.key.publicKey, request.digest)
  const eContent = buildEnvelopedData({
    content: request.csr,
    encryption: request.contentEncryption,
    recipient: { certificate: recipient, transport: request.keyTransport ?? { scheme: 'rsa-pkcs1' } },
  })
  const message = await buildSignedData({
    eContent,
    digest: scheme.key === 'ed25519' ? 'sha512' : scheme.digest,
    signer: { ...signer, scheme },
    attributes: [
      printableAttribute('messageType', MESSAGE_TYPE[request.messageType]),
      printableAttribute('transactionId', transactionId),
      nonceAttribute('senderNonce', nonce),
    ],
    certificates: [signer.certificate.der],
  })
  return { message, transactionId, senderNonce: nonce }
}

import { challengeOf } from './challenge-of.ts'
import { type MessageParts, type SealedRequest, sealMessage } from './seal-message.ts'

export interface RequestToSeal extends Omit<MessageParts, 'password'> {
  readonly messageType: 'PKCSReq' | 'RenewalReq'
  /** PKCS#10, DER. Its challenge is the password, where one is needed (RFC 8894 §3.1). */
  readonly csr: Buffer
}

/** @throws {ScepError} `no_password` when the recipient's key cannot encrypt and there is no challenge in the request */
export function sealRequest(request: RequestToSeal): Promise<SealedRequest> {
  const { csr, recipient } = request
  const password = recipient.publicKey.type === 'rsa' ? undefined : challengeOf(csr)
  return sealMessage({ ...request, content: csr, password })
}

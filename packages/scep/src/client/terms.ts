import { randomBytes } from 'node:crypto'
import type { Certificate, DecryptionKey, SigningKey } from '@chancery/pki'
import type { Secret } from '../secret.ts'
import type { TransactionId } from '../transaction-id.ts'
import type { ChosenAlgorithms } from './choose-algorithms.ts'
import { type ExpectedCertRep, replyKey } from './open-cert-rep.ts'
import type { MessageParts, SealedRequest } from './seal-message.ts'

/** By which keys and algorithms a client and a server speak: the same for every message of a transaction (S-4.4-05). */
export interface Terms {
  /** Self-signed for a first enrolment (`selfSignedSigner`), else a certificate of this CA. */
  readonly signer: {
    readonly certificate: Certificate
    readonly key: SigningKey
    /** Of an RSA key. Replies for any other come under the password. */
    readonly decryption?: DecryptionKey | undefined
  }
  readonly recipient: Certificate
  /** Authenticated CA and RA certificates, the next ones too once they are verified (`openNextCa`). */
  readonly trusted: readonly Certificate[]
  readonly issuers: readonly Certificate[]
  readonly algorithms: ChosenAlgorithms
  readonly allowSingleDes?: boolean | undefined
  readonly lenientNonce?: boolean | undefined
  readonly unwrappedCertificates?: boolean | undefined
}

/** The part of a message that its terms decide, under a fresh nonce (S-3.2.1.5-01). */
export function messageParts(terms: Terms, transactionId: TransactionId | undefined, password?: Secret): MessageParts {
  const { signer, recipient, algorithms } = terms
  return { ...algorithms, signer, recipient, transactionId, password, nonce: randomBytes(16) }
}

/**
 * How the reply will be opened. To be asked before anything is sent.
 * @throws {ScepError} `no_password` when nothing could open it (S-3.1-P15)
 */
export function expectedKey(
  terms: Terms,
  password: Secret | undefined,
): Pick<ExpectedCertRep, 'decryption' | 'password'> {
  return replyKey({ decryption: terms.signer.decryption, password })
}

export function expectedReply(terms: Terms, { transactionId, senderNonce }: SealedRequest) {
  const { trusted, issuers, allowSingleDes, lenientNonce, unwrappedCertificates } = terms
  return { transactionId, senderNonce, trusted, issuers, allowSingleDes, lenientNonce, unwrappedCertificates }
}

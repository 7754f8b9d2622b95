import { createHash, type KeyObject } from 'node:crypto'
import {
  buildCertificationRequest,
  type Certificate,
  type Name,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { type Enrolment, selectRecipient, selectSigners, selfSignedSigner, type TransactionId } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import { issuersOf } from './authority.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { MetServer } from './meet-server.ts'

export interface RequestParts {
  readonly messageType: 'PKCSReq' | 'RenewalReq'
  readonly subject: Name
  readonly extensions: readonly Buffer[]
  readonly challenge?: string | undefined
  /** The key that the certificate is to be for. */
  readonly privateKey: KeyObject
  /** Who asks: the holder of a certificate, or else that key itself (RFC 8894 §2.3). */
  readonly holder?: Holder
  readonly transactionId: TransactionId
  readonly server: MetServer
}

export interface Holder {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

/** A request for a certificate, ready to be sealed and sent. */
export async function buildRequest(
  parts: RequestParts,
  options: ExchangeOptions,
  terminal: Terminal,
): Promise<Enrolment> {
  const { messageType, subject, challenge, privateKey, transactionId, server } = parts
  const { certificates, algorithms } = server
  const key = softwareSigningKey(privateKey)
  const csr = await buildCertificationRequest({
    subject,
    key,
    digest: algorithms.digest,
    ...(challenge !== undefined && { challengePassword: challenge }),
    extensions: [...parts.extensions],
  })
  // For a person who is asked to approve it (S-2.4-15).
  terminal.err(`The request has the SHA-256 ${createHash('sha256').update(csr).digest('hex')}\n`)
  const holder = parts.holder ?? { privateKey, certificate: await selfSignedSigner(subject, key, terminal.now()) }
  return {
    messageType,
    csr,
    csrKey: key.publicKey,
    signer: {
      certificate: holder.certificate,
      key: softwareSigningKey(holder.privateKey),
      decryption: softwareDecryptionKey(holder.privateKey),
    },
    transactionId,
    recipient: selectRecipient(certificates),
    trusted: selectSigners(certificates),
    issuers: issuersOf(server),
    algorithms,
    ...(options.legacyDes && { allowSingleDes: true }),
  }
}

import { createHash, type KeyObject } from 'node:crypto'
import { buildCertificationRequest, type Certificate, type Name, softwareSigningKey } from '@chancery/pki'
import { type Enrolment, type Poll, Secret, selfSignedSigner, type TransactionId } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { MetServer } from './meet-server.ts'
import { checkPassword, type Holder, termsOf } from './terms-of.ts'

export interface RequestParts {
  readonly messageType: 'PKCSReq' | 'RenewalReq'
  readonly subject: Name
  readonly extensions: readonly Buffer[]
  readonly challenge?: string | undefined
  /** The key that the certificate is to be for. */
  readonly privateKey: KeyObject
  /** Who asks, for a renewal; else the key itself. */
  readonly holder?: Holder
  /** The certificate that the key made for itself when the request was first sent (S-4.4-05). */
  readonly signer?: Certificate | undefined
  /** Stands in the certificate that the key makes for itself, instead of the subject (RFC 8894 §7.7). */
  readonly signerSubject?: Name | undefined
  readonly transactionId: TransactionId
  readonly server: MetServer
}

/** A request ready to be sealed and sent, and the poll for it. */
export interface BuiltRequest {
  readonly enrolment: Enrolment
  readonly poll: Poll
  /** SHA-256 of the PKCS#10, for a person who is asked to approve it (S-2.4-15). */
  readonly digest: string
}

/** @throws {CliFailure} when the request or its reply could not be protected */
export async function buildRequest(
  parts: RequestParts,
  options: ExchangeOptions,
  terminal: Terminal,
): Promise<BuiltRequest> {
  const { messageType, subject, challenge, privateKey, transactionId, server } = parts
  const key = softwareSigningKey(privateKey)
  const { digest, rsaPadding } = server.algorithms
  const self = async () =>
    parts.signer ?? (await selfSignedSigner(parts.signerSubject ?? subject, key, terminal.now(), rsaPadding))
  const holder = parts.holder ?? { privateKey, certificate: await self() }
  const terms = termsOf(holder, server, options)
  checkPassword(terms, challenge, parts.holder ? 'a secret that the server knows' : 'the challenge')
  const csr = await buildCertificationRequest({
    subject,
    key,
    digest,
    rsaPadding,
    ...(challenge !== undefined && { challengePassword: challenge }),
    extensions: [...parts.extensions],
  })
  const csrKey = key.publicKey
  const password = challenge === undefined ? undefined : new Secret(challenge)
  return {
    enrolment: { ...terms, messageType, csr, csrKey, transactionId },
    poll: { ...terms, transactionId, subject, csrKey, password },
    digest: createHash('sha256').update(csr).digest('hex'),
  }
}

import { createHash } from 'node:crypto'
import { buildCertificationRequest, softwareDecryptionKey, softwareSigningKey } from '@chancery/pki'
import { type Enrolment, selectRecipient, selectSigners, selfSignedSigner } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import { isAuthority } from './authority.ts'
import type { EnrolOptions } from './enrol-options.ts'
import type { EnrolmentState } from './enrolment-state.ts'
import { privateKeyFromPem } from './key.ts'
import type { MetServer } from './meet-server.ts'
import type { Wish } from './wish.ts'

export interface RequestParts {
  readonly wish: Wish
  readonly challenge: string | undefined
  readonly state: EnrolmentState
  readonly server: MetServer
}

/** A PKCSReq, self-signed with the key it is for (RFC 8894 §2.3). */
export async function buildRequest(
  { wish, challenge, state, server }: RequestParts,
  options: EnrolOptions,
  terminal: Terminal,
): Promise<Enrolment> {
  const privateKey = privateKeyFromPem(state.privateKey)
  const key = softwareSigningKey(privateKey)
  const { certificates, algorithms } = server
  const csr = await buildCertificationRequest({
    subject: wish.subject,
    key,
    digest: algorithms.digest,
    ...(challenge !== undefined && { challengePassword: challenge }),
    extensions: [...wish.extensions],
  })
  // For a person who is asked to approve it (S-2.4-15).
  terminal.err(`The request has the SHA-256 ${createHash('sha256').update(csr).digest('hex')}\n`)
  const certificate = await selfSignedSigner(wish.subject, key, terminal.now())
  return {
    csr,
    csrKey: key.publicKey,
    signer: { certificate, key, decryption: softwareDecryptionKey(privateKey) },
    transactionId: state.transactionId,
    recipient: selectRecipient(certificates),
    trusted: selectSigners(certificates),
    issuers: certificates.filter(isAuthority),
    algorithms,
    ...(options.legacyDes && { allowSingleDes: true }),
  }
}

import type { Certificate, PublicKeyInfo } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import { certificatesIn } from './certificates-in.ts'
import { type ExpectedCertRep, type Failure, openCertRep } from './open-cert-rep.ts'
import { chainsTo } from './trust.ts'

/** What a client knows about the reply to an enrolment, a renewal or a poll. */
export interface ExpectedReply extends ExpectedCertRep {
  /** The key that the certificate must be for. */
  readonly csrKey: PublicKeyInfo
  /** CA certificates that may have issued it. */
  readonly issuers: readonly Certificate[]
  /** The certificate that signed the request: where the key stays the same, it is not its own successor. */
  readonly renews?: Certificate
  /** Take certificates that are not wrapped as RFC 8894 §3.4 has it (C-ID-06). */
  readonly unwrappedCertificates?: boolean | undefined
}

export type Reply =
  | { readonly status: 'SUCCESS'; readonly certificate: Certificate; readonly chain: readonly Certificate[] }
  | { readonly status: 'PENDING' }
  | Failure

/**
 * Opens the reply to an enrolment, a renewal or a poll.
 * @throws {ScepError} for everything that is not a reply to be acted on
 */
export async function openReply(bytes: Buffer, expected: ExpectedReply): Promise<Reply> {
  const opened = await openCertRep(bytes, expected)
  if (opened.status !== 'SUCCESS') return opened
  return ownCertificate(certificatesIn(opened.content, expected.unwrappedCertificates), expected)
}

/**
 * The certificate for our key, wherever it stands, from an authenticated CA (S-3.3.2.1-04, S-3.3.2.1-05). Certificates
 * beside the signature are never looked at.
 */
function ownCertificate(certificates: readonly Certificate[], expected: ExpectedReply): Reply {
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

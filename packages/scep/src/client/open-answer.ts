import {
  type Certificate,
  type Crl,
  DEFAULT_LIMITS,
  parseCrl,
  parseSignedData,
  sameInteger,
  sameName,
  verifyCrl,
} from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import { certificatesIn } from './certificates-in.ts'
import { type ExpectedCertRep, type Failure, openCertRep } from './open-cert-rep.ts'
import { readable } from './readable.ts'
import type { CertificateId } from './seal-question.ts'
import { chainsTo } from './trust.ts'
import { allows } from './usage.ts'

/** What a client knows about the answer to GetCert or GetCRL. */
export interface ExpectedAnswer extends ExpectedCertRep {
  /** The certificate that was asked for, or whose CRL was. */
  readonly certificate: CertificateId
  readonly issuers: readonly Certificate[]
  readonly unwrappedCertificates?: boolean | undefined
}

export type CertificateAnswer = { readonly status: 'SUCCESS'; readonly certificate: Certificate } | Failure

/**
 * The certificate that was asked for, found by issuer and serial number among whatever came.
 * @throws {ScepError} `certificate_not_ours` when it is not there, or not from the authenticated CA
 */
export async function openCertificateAnswer(bytes: Buffer, expected: ExpectedAnswer): Promise<CertificateAnswer> {
  const opened = await decided(bytes, expected)
  if (opened.status === 'FAILURE') return opened
  const all = certificatesIn(opened.content, expected.unwrappedCertificates)
  const { issuer, serialNumber } = expected.certificate
  const certificate = all.find((one) => sameInteger(one.serialNumber, serialNumber) && sameName(one.issuer, issuer))
  if (certificate === undefined) {
    throw new ScepError('certificate_not_ours', { detail: 'the certificate is not the one that was asked for' })
  }
  if (!chainsTo(certificate, expected.issuers, all)) {
    throw new ScepError('certificate_not_ours', { detail: 'the certificate is not from the authenticated CA' })
  }
  return { status: 'SUCCESS', certificate }
}

export type CrlAnswer = { readonly status: 'SUCCESS'; readonly crl: Crl } | Failure

/** A CRL of a megabyte has some ten thousand entries of three elements and more. */
const CRL_LIMITS = { ...DEFAULT_LIMITS, elements: 1_000_000 }

/**
 * The CRL of the issuer that was asked for, the latest if there are several, verified (S-4.6-03). Certificates that come
 * along are not looked at.
 * @throws {ScepError} `crl_untrusted`
 */
export async function openCrlAnswer(bytes: Buffer, expected: ExpectedAnswer): Promise<CrlAnswer> {
  const opened = await decided(bytes, expected)
  if (opened.status === 'FAILURE') return opened
  const crls = readable('the CRL', () =>
    parseSignedData(opened.content, CRL_LIMITS).crls.map((crl) => parseCrl(crl, CRL_LIMITS)),
  )
  if (crls.length === 0) throw new ScepError('reply_invalid', { detail: 'there is no CRL in the reply' })
  const { issuer } = expected.certificate
  const [crl] = crls
    .filter((one) => sameName(one.issuer, issuer) && isFromOneOf(expected.issuers, one))
    .toSorted((one, other) => other.thisUpdate.getTime() - one.thisUpdate.getTime())
  if (crl === undefined) throw new ScepError('crl_untrusted', { detail: 'no CRL in the reply is of the CA asked for' })
  return { status: 'SUCCESS', crl }
}

function isFromOneOf(issuers: readonly Certificate[], crl: Crl): boolean {
  return issuers.some(
    (issuer) => sameName(issuer.subject, crl.issuer) && allows(issuer, 'cRLSign') && verifyCrl(crl, issuer.publicKey),
  )
}

/** A question is answered at once or not at all (S-4.5-01). */
async function decided(bytes: Buffer, expected: ExpectedCertRep) {
  const opened = await openCertRep(bytes, expected)
  if (opened.status === 'PENDING') throw new ScepError('reply_invalid', { detail: 'PENDING for a question' })
  return opened
}

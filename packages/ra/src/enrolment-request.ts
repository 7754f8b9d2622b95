import { createHash } from 'node:crypto'
import {
  type CertificationRequest,
  EXTENSION_OID,
  type GeneralName,
  type Name,
  requestedExtensions,
  subjectAltNames,
} from '@chancery/pki'
import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import type { RenewedCertificate, Signer } from './signer.ts'
import { subjectFor } from './template/subject.ts'
import { isVouchedFor } from './vouched/kind.ts'

/** What the rules look at of a message; it may be one that was recorded and waited. */
export type AskedFor = Pick<EnrolmentMessage, 'messageType' | 'transactionId' | 'csr' | 'challengePassword'>

/** What a device asks for, as the checks see it: read once from the CSR, never written to. */
export interface EnrolmentRequest {
  readonly message: AskedFor
  readonly endpoint: Endpoint
  /** That goes into the certificate; the one that was asked for is in the CSR. */
  readonly subject: Name
  /** Names that are asked for, but for those that no profile ever grants; `template/names.ts` says what becomes of them. */
  readonly subjectAltNames: readonly GeneralName[]
  /** The certificate that is to be renewed; undefined for a first enrolment. */
  readonly renews: RenewedCertificate | undefined
  readonly now: Date
}

const SID_URI = 'tag:microsoft.com,2022-09-14:sid:'

/**
 * @throws {ScepError} `subject_alt_name_refused` when the requested names cannot be read; `subject_refused` when the template
 * of the profile makes no subject of what is asked for
 */
export function readEnrolmentRequest(
  message: AskedFor,
  endpoint: Endpoint,
  { renews }: Pick<Signer, 'renews'>,
  now: Date,
): EnrolmentRequest {
  const subjectAltNames = isVouchedFor(endpoint) ? vouchedNames(message.csr) : requestedNames(message.csr)
  // A renewal keeps the name as it was certified: the comparison of names knows no case, the certificate does.
  const subject = renews?.certificate.subject ?? templateSubject(message, endpoint, subjectAltNames)
  return { message, endpoint, subject, subjectAltNames, renews, now }
}

/** The subject that the profile makes of what is asked for. @throws {ScepError} `subject_refused` */
export function templateSubject(
  { csr, transactionId }: Pick<AskedFor, 'csr' | 'transactionId'>,
  { raProfile }: Pick<Endpoint, 'raProfile'>,
  subjectAltNames: readonly GeneralName[],
): Name {
  return subjectFor(raProfile.subject, { subject: csr.subject, subjectAltNames, transactionId })
}

/** Active Directory takes such a URI for an account (KB5014754): only a source that vouches for it may set it. */
export function isSecurityIdentifier(name: GeneralName): boolean {
  return name.type === 'uri' && name.value.toLowerCase().startsWith(SID_URI)
}

/** @throws {ScepError} `subject_alt_name_refused` when they cannot be read */
export function requestedNames(csr: CertificationRequest): GeneralName[] {
  return vouchedNames(csr).filter((name) => !isSecurityIdentifier(name))
}

/** With those that only a source may set that vouches for them. */
function vouchedNames(csr: CertificationRequest): GeneralName[] {
  return readable(() =>
    requestedExtensions(csr)
      .filter((extension) => extension.oid === EXTENSION_OID.subjectAltName)
      .flatMap((extension) => subjectAltNames(extension)),
  )
}

/**
 * Digest over what a CSR asks for: subject, key and extensions, but not its challenge and not its signature.
 * @throws {ScepError} `subject_alt_name_refused` when the requested extensions cannot be read
 */
export function contentDigest({ csr }: Pick<EnrolmentMessage, 'csr'>): Buffer {
  const hash = createHash('sha256').update(csr.subject.der).update(csr.publicKey.der)
  for (const extension of readable(() => requestedExtensions(csr))) hash.update(extension.der)
  return hash.digest()
}

/** The device chose these octets: that they make no sense is its fault and not ours. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new ScepError('subject_alt_name_refused', { detail: 'the requested names cannot be read', cause })
  }
}

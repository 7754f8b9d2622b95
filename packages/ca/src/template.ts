import type { GeneralName, KeyUsageName, Name, PublicKeyInfo } from '@chancery/pki'
import { OCSP_SIGNING } from './purpose.ts'

/** Uses of a key that is not a CA's. */
export type EndEntityKeyUsage = Exclude<KeyUsageName, 'keyCertSign' | 'cRLSign'>

/**
 * What certificates look like, as data; the CA takes nothing from a CSR that the order does not name. Immutable: what is
 * constant in the certificates of one template and issuer is encoded once.
 */
export interface CertificateTemplate {
  readonly validitySeconds: number
  /** How far notBefore lies in the past, for devices whose clock is slow (it is still never before the CA's). */
  readonly backdateSeconds: number
  /** Keys that the template is for. */
  readonly keys: readonly PublicKeyInfo['type'][]
  /** Uses wanted; each certificate has those of them that its key is able to. */
  readonly keyUsage: readonly EndEntityKeyUsage[]
  /** OIDs; `none`: no such extension. An empty list is refused: it would be good for everything. */
  readonly extendedKeyUsage: readonly string[] | 'none'
  /** The end of every certificate, in place of `validitySeconds`. */
  readonly notAfter?: Date
  /** Purposes that are refused unless named here too, such as OCSPSigning (`RESTRICTED_PURPOSES`). */
  readonly restrictedPurposes?: readonly string[]
  readonly subject: 'requested' | Name
  /** Types of names that an order may bring; with none of them there is no such extension. */
  readonly subjectAltNames: readonly GeneralName['type'][]
  /** OIDs. */
  readonly certificatePolicies?: readonly string[]
  /** Extensions that an order may bring, beside those that the CA makes; their value is not ours. */
  readonly extensions?: readonly TemplateExtension[]
  readonly crlUrl?: string
  /** Where the delta CRL is. */
  readonly freshestCrlUrl?: string
  readonly caIssuersUrl?: string
  readonly ocspUrl?: string
  /** Nobody asks whether it is revoked (RFC 6960 §4.2.2.2.1): only for a template whose one purpose is OCSPSigning. */
  readonly ocspNoCheck?: true
}

export interface TemplateExtension {
  readonly oid: string
  readonly critical: boolean
}

const DAY = 86_400
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/** A device that shows who it is: TLS, 802.1X, IPsec. An EC or Ed25519 key gets digitalSignature alone. */
export const DEVICE_TEMPLATE: CertificateTemplate = {
  validitySeconds: 365 * DAY,
  backdateSeconds: 3600,
  keys: ['rsa', 'ec', 'ed25519'],
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  extendedKeyUsage: [CLIENT_AUTH],
  subject: 'requested',
  subjectAltNames: ['dns', 'email', 'uri', 'ip', 'otherName'],
}

/**
 * Opens requests and signs replies. RSA, because requests are enveloped to it by key transport. Clients find it by its
 * key usage: both bits in one certificate, or Apple, macOS and Windows take another one or none. No client looks for a
 * purpose in it, and one would hurt: `openssl cms -verify` refuses a signer whose purposes leave out emailProtection, and
 * Microsoft's enrolment agent purpose (1.3.6.1.4.1.311.20.2.1, which NDES has) is a right to enrol for others in every
 * forest that trusts the CA.
 */
export const RA_CERTIFICATE_TEMPLATE: CertificateTemplate = {
  validitySeconds: 365 * DAY,
  backdateSeconds: 3600,
  keys: ['rsa'],
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  extendedKeyUsage: 'none',
  subject: 'requested',
  subjectAltNames: [],
}

/**
 * Answers OCSP for its issuer (RFC 6960 §4.2.2.2). Short-lived, because with `ocspNoCheck` nobody looks whether it is revoked,
 * and for the same reason it says nothing of CRL and OCSP.
 */
export const OCSP_SIGNER_TEMPLATE: CertificateTemplate = {
  validitySeconds: 30 * DAY,
  backdateSeconds: 3600,
  keys: ['rsa', 'ec'],
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [OCSP_SIGNING],
  restrictedPurposes: [OCSP_SIGNING],
  subject: 'requested',
  subjectAltNames: [],
  ocspNoCheck: true,
}

import {
  Asn1Error,
  buildExtension,
  buildSubjectAltName,
  buildSubjectKeyIdentifier,
  buildTbsCertificate,
  type GeneralName,
  type Name,
  PkiError,
  type PublicKeyInfo,
} from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { constantExtensions } from './constant-extensions.ts'
import { type Issuer, issuerFacts } from './issuer.ts'
import { keyIdentifier } from './key-identifier.ts'
import { lint } from './lint.ts'
import { checkNameConstraints } from './name-constraints.ts'
import { leaveToSign, type PreparedCertificate } from './prepared-certificate.ts'
import type { CertificateTemplate } from './template.ts'
import { validityFor } from './validity.ts'

/** What a certificate is made of. A CSR is not in it: only what somebody decided to take from one. */
export interface CertificateOrder {
  readonly template: CertificateTemplate
  readonly subject: Name
  readonly subjectAltNames: readonly GeneralName[]
  /** Of those that the template names; the octets of their values. */
  readonly extensions?: readonly { readonly oid: string; readonly value: Buffer }[]
  readonly publicKey: PublicKeyInfo
  readonly issuer: Issuer
  /** Somebody vouches for the names, be one even that of an account of Active Directory. */
  readonly vouched?: true
  /** Content octets, from `newSerialNumber`. */
  readonly serialNumber: Buffer
  readonly now: Date
}

/**
 * Decides everything about a certificate and builds the exact bytes that will be signed, so that they can be recorded
 * first. Uses no key.
 * @throws {CaError} when the order is against the template or the issuer, or the outcome is no end entity's certificate
 */
export function prepare(order: CertificateOrder): PreparedCertificate {
  try {
    return decide(order)
  } catch (cause) {
    if (!(cause instanceof PkiError || cause instanceof Asn1Error)) throw cause
    throw new CaError('ERR_CA_ORDER', `the order cannot be encoded: ${cause.message}`, { cause })
  }
}

function decide({ template, issuer, publicKey, subjectAltNames, ...order }: CertificateOrder): PreparedCertificate {
  const { signatureAlgorithm, nameConstraints } = issuerFacts(issuer)
  if (!template.keys.includes(publicKey.type)) {
    throw new CaError('ERR_CA_ORDER', `the template is not for keys of type ${publicKey.type}`)
  }
  const subject = template.subject === 'requested' ? order.subject : template.subject
  checkNameTypes(template, subjectAltNames)
  if (nameConstraints !== undefined) checkNameConstraints(nameConstraints, subject, subjectAltNames)
  const { serialNumber } = order
  const { notBefore, notAfter } = validityFor(template, issuer.certificate, order.now)
  const constant = constantExtensions(template, issuer, publicKey.type)
  // RFC 5280 §4.2.1.6: with an empty subject the alternative names are the name, so nobody may pass them over.
  const names = subjectAltNames.length === 0 ? [] : [buildSubjectAltName(subjectAltNames, subject.rdns.length === 0)]
  const tbs = buildTbsCertificate({
    serialNumber,
    signature: signatureAlgorithm,
    issuer: issuer.certificate.subject,
    notBefore,
    notAfter,
    subject,
    publicKey: publicKey.der,
    extensions: [
      ...constant.head,
      buildSubjectKeyIdentifier(keyIdentifier(publicKey)),
      ...names,
      ...constant.tail,
      ...foreignExtensions(template, order.extensions),
    ],
  })
  lint(tbs, issuer, order.vouched === true ? { ...template, securityIdentifier: true } : template)
  return leaveToSign({ issuer, tbs, serialNumber, subject, subjectAltNames, notBefore, notAfter })
}

function foreignExtensions(
  { extensions = [] }: CertificateTemplate,
  brought: CertificateOrder['extensions'] = [],
): readonly Buffer[] {
  return brought.map(({ oid, value }) => {
    const allowed = extensions.find((extension) => extension.oid === oid)
    if (allowed === undefined) throw new CaError('ERR_CA_ORDER', `the template takes no extension ${oid} over`)
    return buildExtension(oid, allowed.critical, value)
  })
}

function checkNameTypes(template: CertificateTemplate, names: readonly GeneralName[]): void {
  for (const { type } of names) {
    if (!template.subjectAltNames.includes(type)) {
      throw new CaError('ERR_CA_ORDER', `the template grants no names of type ${type}`)
    }
  }
}

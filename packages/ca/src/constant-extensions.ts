import {
  buildAuthorityInfoAccess,
  buildBasicConstraints,
  buildCertificatePolicies,
  buildCrlDistributionPoints,
  buildExtendedKeyUsage,
  buildExtension,
  buildFreshestCrl,
  buildKeyUsage,
  der,
  EXTENSION_OID,
  type PublicKeyInfo,
} from '@chancery/pki'
import { type Issuer, issuerFacts } from './issuer.ts'
import { keyUsageFor } from './key-usage.ts'
import type { CertificateTemplate } from './template.ts'
import { checkTemplate } from './template-rules.ts'

/** The extensions that are the same in every certificate of one template, issuer and type of key. */
export interface ConstantExtensions {
  /** Before those of the one certificate: basicConstraints, keyUsage, extendedKeyUsage, authorityKeyIdentifier. */
  readonly head: readonly Buffer[]
  /** Behind them: certificatePolicies, cRLDistributionPoints, freshestCRL, authorityInfoAccess, ocspNoCheck. */
  readonly tail: readonly Buffer[]
}

type ByKeyType = Map<PublicKeyInfo['type'], ConstantExtensions>

const known = new WeakMap<CertificateTemplate, WeakMap<Issuer, ByKeyType>>()

/** Encoded once and kept as long as template and issuer live. @throws {CaError} when the template is unfit */
export function constantExtensions(
  template: CertificateTemplate,
  issuer: Issuer,
  keyType: PublicKeyInfo['type'],
): ConstantExtensions {
  const byKeyType = encodings(template, issuer)
  const found = byKeyType.get(keyType) ?? encode(template, issuer, keyType)
  byKeyType.set(keyType, found)
  return found
}

function encodings(template: CertificateTemplate, issuer: Issuer): ByKeyType {
  const byIssuer = known.get(template) ?? new WeakMap<Issuer, ByKeyType>()
  const byKeyType = byIssuer.get(issuer) ?? new Map()
  known.set(template, byIssuer)
  byIssuer.set(issuer, byKeyType)
  return byKeyType
}

function encode(template: CertificateTemplate, issuer: Issuer, keyType: PublicKeyInfo['type']): ConstantExtensions {
  checkTemplate(template)
  const { extendedKeyUsage, certificatePolicies = [], crlUrl, freshestCrlUrl, caIssuersUrl, ocspUrl } = template
  const hasAccess = caIssuersUrl !== undefined || ocspUrl !== undefined
  return {
    head: [
      // Critical and present although it only says "no CA": some verifiers take a certificate without it for one.
      buildBasicConstraints({ ca: false }),
      buildKeyUsage(keyUsageFor(keyType, template.keyUsage)),
      ...(extendedKeyUsage === 'none' ? [] : [buildExtendedKeyUsage(extendedKeyUsage)]),
      issuerFacts(issuer).authorityKeyIdentifier,
    ],
    tail: [
      ...(certificatePolicies.length === 0 ? [] : [buildCertificatePolicies(certificatePolicies)]),
      ...(crlUrl === undefined ? [] : [buildCrlDistributionPoints([crlUrl])]),
      ...(freshestCrlUrl === undefined ? [] : [buildFreshestCrl([freshestCrlUrl])]),
      ...(hasAccess
        ? [
            buildAuthorityInfoAccess({
              ...(caIssuersUrl === undefined ? {} : { caIssuers: caIssuersUrl }),
              ...(ocspUrl === undefined ? {} : { ocsp: ocspUrl }),
            }),
          ]
        : []),
      ...(template.ocspNoCheck === true ? [NO_CHECK] : []),
    ],
  }
}

const NO_CHECK = buildExtension(EXTENSION_OID.ocspNoCheck, false, der.nullValue())

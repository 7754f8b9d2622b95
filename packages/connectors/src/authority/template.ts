import { type CertificateTemplate, DEVICE_TEMPLATE } from '@chancery/ca'
import { type GeneralName, generalNameFromText } from '@chancery/pki'
import type { RaProfile, SubjectAltNameType } from '@chancery/ra'

/** Where others find what the CA publishes; absent: nothing is said about it. */
export interface PublishedUrls {
  readonly crlUrl?: string
  readonly caIssuersUrl?: string
  readonly ocspUrl?: string
}

const DAY = 86_400

/** The CA's template for an RA profile, made once for each profile of a configuration: the CA keeps encodings by template. */
export function templates(urls: PublishedUrls): (raProfile: RaProfile) => CertificateTemplate {
  const known = new WeakMap<RaProfile, CertificateTemplate>()
  return (raProfile) => {
    const found = known.get(raProfile) ?? templateFor(raProfile, urls)
    known.set(raProfile, found)
    return found
  }
}

function templateFor({ certificate, subject }: RaProfile, urls: PublishedUrls): CertificateTemplate {
  return {
    validitySeconds: certificate.validityDays * DAY,
    backdateSeconds: certificate.backdateSeconds,
    ...(certificate.validUntil !== null && { notAfter: new Date(certificate.validUntil) }),
    keys: DEVICE_TEMPLATE.keys,
    keyUsage: certificate.keyUsage === 'auto' ? DEVICE_TEMPLATE.keyUsage : certificate.keyUsage,
    extendedKeyUsage: certificate.extendedKeyUsage,
    restrictedPurposes: certificate.allowRestrictedPurposes,
    certificatePolicies: certificate.certificatePolicies,
    extensions: certificate.allowedExtensions,
    subject: 'requested',
    subjectAltNames: [
      ...subject.subjectAltNames.map((type) => NAME_TYPE[type]),
      // What a device may not ask for the profile may still say.
      ...subject.fixedNames.map((name) => generalNameFromText(name).type),
    ],
    ...urls,
  }
}

const NAME_TYPE = {
  dns: 'dns',
  email: 'email',
  uri: 'uri',
  ip: 'ip',
  upn: 'otherName',
} as const satisfies Record<SubjectAltNameType, GeneralName['type']>

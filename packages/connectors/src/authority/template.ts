import { type CertificateTemplate, DEVICE_TEMPLATE } from '@chancery/ca'
import { type GeneralName, generalNameFromText } from '@chancery/pki'
import type { RaProfile, SubjectAltNameType } from '@chancery/ra'
import { type CrlShards, NO_SHARD } from './crl-shards.ts'

/** Where others find what the CA publishes; absent: nothing is said about it. */
export interface PublishedUrls {
  readonly crlUrl?: string
  readonly freshestCrlUrl?: string
  readonly caIssuersUrl?: string
  readonly ocspUrl?: string
}

const DAY = 86_400

/**
 * The CA's template for an RA profile, made once for each profile of a configuration and each shard: the CA keeps encodings by
 * template.
 */
export function templates(
  urls: PublishedUrls,
  shards?: CrlShards,
): (raProfile: RaProfile, shard: number) => CertificateTemplate {
  const known = new WeakMap<RaProfile, Map<number, CertificateTemplate>>()
  return (raProfile, shard) => {
    const ofProfile = known.get(raProfile) ?? new Map<number, CertificateTemplate>()
    known.set(raProfile, ofProfile)
    const found = ofProfile.get(shard) ?? templateFor(raProfile, urlsOfShard(urls, shards, shard))
    ofProfile.set(shard, found)
    return found
  }
}

/** The delta is one of the complete CRL, not of a part (RFC 5280 §5.2.4). */
function urlsOfShard(urls: PublishedUrls, shards: CrlShards | undefined, shard: number): PublishedUrls {
  if (shards === undefined || shard === NO_SHARD) return urls
  const { freshestCrlUrl: _, ...others } = urls
  return { ...others, crlUrl: shards.url(shard) }
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

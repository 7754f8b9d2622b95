import type { ScepProfile as ScepProfileWire } from '@chancery/api'
import { nameToText, parseCertificate, serialToHex } from '@chancery/pki'
import type { Configuration, RaProfile, ScepProfile } from '@chancery/ra'
import { compatibilityWarnings } from '../compatibility/warnings.ts'
import { scepPath } from '../scep-endpoint/address.ts'
import { renewalWarnings } from './renewal.ts'
import { staticChallengeWarnings } from './static-challenge.ts'

/** A SCEP profile as the API shows it: no secret, and the words of the platform whose scripts should go on working. */
export function scepProfileToWire(
  profile: ScepProfile,
  configuration: Configuration,
  baseUrl: string,
): ScepProfileWire {
  const raProfile = configuration.raProfiles.find((candidate) => candidate.id === profile.defaultRaProfileId)
  return {
    uuid: profile.uuid,
    name: profile.name,
    description: profile.description,
    enabled: profile.enabled,
    raProfile: raProfile === undefined ? null : raProfileToWire(raProfile, configuration),
    issueCertificateAttributes: [],
    caCertificate: caCertificateOf(profile, raProfile, configuration),
    renewThreshold: profile.renewalThresholdDays,
    renewal: profile.renewal,
    firstEnrolments: profile.enrolment.first,
    secondCertificate: profile.enrolment.secondCertificate,
    includeCaCertificate: profile.includeCaCertificate,
    includeCaCertificateChain: profile.includeCaCertificateChain,
    enableChallengePassword: profile.staticChallenge !== undefined,
    enableIntune: profile.challengeKind === 'intune',
    intuneTenant: null,
    intuneApplicationId: null,
    customAttributes: [],
    scepUrl: raProfile === undefined ? null : `${baseUrl}${scepPath(profile)}`,
    challengeKind: profile.challengeKind,
    isDefault: profile.isDefault,
    allowPolling: profile.allowPolling,
    withoutChallenge: profile.waiting.withoutChallenge,
    waitingExpiry: profile.waiting.expiresAfterDays,
    mostWaiting: profile.waiting.mostWaiting,
    mostWaitingPerSource: profile.waiting.mostWaitingPerSource,
    warnings: [
      ...(profile.staticChallenge === undefined ? [] : staticChallengeWarnings(profile.staticChallenge)),
      ...compatibilityWarnings(profile.compatibility),
      ...renewalWarnings(profile),
    ],
  }
}

function raProfileToWire(raProfile: RaProfile, configuration: Configuration) {
  const authority = configuration.authorities.find((candidate) => candidate.id === raProfile.authorityId)
  const { uuid, name, enabled } = raProfile
  return { uuid, name, enabled, authorityInstanceUuid: authority?.uuid ?? '' }
}

/** The certificate that devices encrypt to, of the issuer to which the profile's own URL leads. */
function caCertificateOf(
  profile: ScepProfile,
  raProfile: RaProfile | undefined,
  configuration: Configuration,
): ScepProfileWire['caCertificate'] {
  const issuer = configuration.issuers.find(
    (candidate) => candidate.authorityId === raProfile?.authorityId && candidate.state === 'current',
  )
  const record = configuration.raCertificates.find(
    (candidate) =>
      candidate.scepProfileId === profile.id && candidate.state === 'current' && candidate.issuerId === issuer?.id,
  )
  if (record === undefined) return null
  const certificate = parseCertificate(record.certificate)
  return {
    uuid: record.uuid,
    subject: nameToText(certificate.subject),
    issuer: nameToText(certificate.issuer),
    serialNumber: serialToHex(certificate.serialNumber),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    fingerprint: certificate.digest().toString('hex'),
    certificateContent: record.certificate.toString('base64'),
  }
}

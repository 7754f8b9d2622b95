import type { ScepProfile as ScepProfileWire } from '@chancery/api'
import { parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, Configuration, RaCertificateRecord, RaProfile, ScepProfile } from '@chancery/ra'
import type { Snapshot } from '../../context.ts'
import { raCertificateUuid } from '../../ra-certificates/choice.ts'
import { problemsOf } from '../../snapshot/problems.ts'
import { attributesToWire } from '../attributes.ts'
import { compatibilityWarnings } from '../compatibility/warnings.ts'
import { intuneWarnings } from '../intune/warnings.ts'
import { scepPath } from '../scep-endpoint/address.ts'
import { accessToWire } from './access.ts'
import { caCertificateToWire } from './ca-certificate.ts'
import { intuneToWire } from './intune.ts'
import { renewalWarnings } from './renewal.ts'
import { staticChallengeWarnings } from './static-challenge.ts'
import { webhookToWire, webhookWarnings } from './webhook.ts'

export interface View {
  readonly baseUrl: string
  readonly now: Date
}

/** A SCEP profile as the API shows it: no secret, and the words of the platform whose scripts should go on working. */
export function scepProfileToWire(profile: ScepProfile, snapshot: Snapshot, { baseUrl, now }: View): ScepProfileWire {
  const { configuration } = snapshot
  const raProfile = configuration.raProfiles.find((candidate) => candidate.id === profile.defaultRaProfileId)
  const current = currentRaCertificate(profile, raProfile, configuration)
  const { issueCertificateAttributes, customAttributes, certificateAssociations } = profile.metadata
  return {
    uuid: profile.uuid,
    name: profile.name,
    description: profile.description,
    enabled: profile.enabled,
    raProfile: raProfile === undefined ? null : raProfileToWire(raProfile, configuration),
    issueCertificateAttributes: attributesToWire(issueCertificateAttributes),
    caCertificate:
      current &&
      caCertificateToWire(
        raCertificateUuid(current.record, configuration),
        parseCertificate(current.record.certificate),
      ),
    raCertificate: {
      authorityUuid: current?.authority.uuid ?? null,
      renewBeforeDays: profile.raCertificate.renewBeforeDays,
    },
    renewThreshold: profile.renewalThresholdDays,
    renewal: profile.renewal,
    firstEnrolments: profile.enrolment.first,
    secondCertificate: profile.enrolment.secondCertificate,
    includeCaCertificate: profile.includeCaCertificate,
    includeCaCertificateChain: profile.includeCaCertificateChain,
    enableChallengePassword: profile.staticChallenge !== undefined,
    enableIntune: profile.challengeKind === 'intune',
    intuneTenant: profile.intune?.tenant ?? null,
    intuneApplicationId: profile.intune?.applicationId ?? null,
    intune: intuneToWire(profile),
    customAttributes: attributesToWire(customAttributes),
    certificateAssociations: certificateAssociations && {
      ownerUuid: certificateAssociations.ownerUuid,
      groupUuids: [...certificateAssociations.groupUuids],
      customAttributes: attributesToWire(certificateAssociations.customAttributes),
    },
    scepUrl: raProfile === undefined ? null : `${baseUrl}${scepPath(profile)}`,
    challengeKind: profile.challengeKind,
    isDefault: profile.isDefault,
    allowPolling: profile.allowPolling,
    withoutChallenge: profile.waiting.withoutChallenge,
    waitingExpiry: profile.waiting.expiresAfterDays,
    mostWaiting: profile.waiting.mostWaiting,
    mostWaitingPerSource: profile.waiting.mostWaitingPerSource,
    ...accessToWire(profile),
    webhook: webhookToWire(profile),
    warnings: [
      ...(profile.staticChallenge === undefined ? [] : staticChallengeWarnings(profile.staticChallenge)),
      ...compatibilityWarnings(profile.compatibility),
      ...renewalWarnings(profile),
      ...webhookWarnings(profile),
      ...intuneWarnings(profile, { baseUrl, now }),
    ],
    problems: problemsOf(profile, snapshot, now),
  }
}

function raProfileToWire(raProfile: RaProfile, configuration: Configuration) {
  const authority = configuration.authorities.find((candidate) => candidate.id === raProfile.authorityId)
  const { uuid, name, enabled } = raProfile
  return { uuid, name, enabled, authorityInstanceUuid: authority?.uuid ?? '' }
}

/**
 * What devices encrypt to: at the authority to which the profile's own URL leads; where it leads nowhere, at the first
 * authority for which the profile has one.
 */
function currentRaCertificate(
  profile: ScepProfile,
  raProfile: RaProfile | undefined,
  { authorities, issuers, raCertificates }: Configuration,
): { readonly record: RaCertificateRecord; readonly authority: AuthorityRecord } | null {
  const own = raCertificates.flatMap((record) => {
    const issuer = issuers.find(({ id, state }) => id === record.issuerId && state === 'current')
    const authority = authorities.find(({ id }) => id === issuer?.authorityId)
    const isOwn = record.scepProfileId === profile.id && record.state === 'current'
    return isOwn && authority !== undefined ? [{ record, authority }] : []
  })
  if (raProfile === undefined) return own[0] ?? null
  return own.find(({ authority }) => authority.id === raProfile.authorityId) ?? null
}

import {
  type Configuration,
  DEFAULT_ACCESS_RULE,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_WAITING_RULE,
  type RaProfile,
  type ScepProfile,
} from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'

/**
 * The SCEP profile whose rules count in a check: the one named; else the one with which SCEP is switched on, or that leads to
 * the RA profile; else one that knows no rules but the usual ones.
 * @throws {AdminRefusal} 422 when the one named is not there
 */
export function scepProfileToCheck(
  { scepProfiles }: Configuration,
  raProfile: RaProfile,
  uuid: string | undefined,
): ScepProfile {
  if (uuid === undefined) {
    const own = scepProfiles.find(({ id }) => id === raProfile.scepProfileId)
    return own ?? scepProfiles.find(({ defaultRaProfileId }) => defaultRaProfileId === raProfile.id) ?? USUAL
  }
  const named = scepProfiles.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (named === undefined) throw new AdminRefusal(422, ['scepProfileUuid is of no SCEP profile.'])
  return named
}

const USUAL: ScepProfile = {
  id: 0,
  uuid: '',
  name: '',
  description: null,
  enabled: false,
  isDefault: false,
  challengeKind: 'none',
  staticChallenge: undefined,
  compatibility: { profile: 'default', overrides: {} },
  includeCaCertificate: false,
  includeCaCertificateChain: false,
  renewalThresholdDays: null,
  renewal: DEFAULT_RENEWAL_RULE,
  enrolment: DEFAULT_ENROLMENT_RULE,
  allowPolling: false,
  waiting: DEFAULT_WAITING_RULE,
  access: DEFAULT_ACCESS_RULE,
  raCertificate: DEFAULT_RA_CERTIFICATE_RULE,
  webhook: null,
  webhookKey: undefined,
  metadata: DEFAULT_SCEP_PROFILE_METADATA,
  defaultRaProfileId: null,
}

import {
  DEFAULT_ACCESS_RULE,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_WAITING_RULE,
  type ScepProfile,
} from '@chancery/ra'

/** No row has this number. */
const NO_ID = 0

/** A SCEP profile in which nothing is set yet. */
export const BLANK_SCEP_PROFILE: ScepProfile = {
  id: NO_ID,
  uuid: '',
  name: '',
  description: null,
  enabled: false,
  isDefault: false,
  // Where nothing is said, `none` least of all.
  challengeKind: 'one-time',
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
  intune: null,
  intuneKey: undefined,
  metadata: DEFAULT_SCEP_PROFILE_METADATA,
  defaultRaProfileId: null,
}

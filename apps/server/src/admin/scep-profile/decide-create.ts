import type { ScepProfileCreate } from '@chancery/api'
import {
  applyEdits,
  type Configuration,
  type ConfigurationEdit,
  DEFAULT_ACCESS_RULE,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_WAITING_RULE,
  type ScepProfile,
  uuidV7,
} from '@chancery/ra'
import type { RaCertificateContext } from '../../ra-certificates/issue.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { settingsChange, settingsFaults } from './decide-update.ts'
import { findScepProfile } from './find.ts'
import { raCertificateEdits } from './ra-certificate.ts'

export interface CreatedProfile {
  readonly uuid: string
  readonly edits: readonly ConfigurationEdit[]
}

/**
 * A new SCEP profile: the same decision as an edit, of a profile in which nothing is set yet.
 * @throws {AdminRefusal} 422 with every fault, or 409 where the name is taken
 */
export async function decideCreate(
  configuration: Configuration,
  { name, caCertificateUuid, ...body }: ScepProfileCreate,
  context: RaCertificateContext,
): Promise<CreatedProfile> {
  const { now } = context
  const blank: ScepProfile = { ...BLANK, uuid: uuidV7(now), name }
  const settings = caCertificateUuid === null || caCertificateUuid === undefined ? body : { ...body, caCertificateUuid }
  const faults = [...certificateMissing(settings), ...settingsFaults(blank, configuration, settings, now)]
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  if (configuration.scepProfiles.some((one) => one.name === name)) {
    throw new AdminRefusal(409, [`There is a SCEP profile "${name}" already.`])
  }
  const { id: _, isDefault: __, defaultRaProfileId: ___, ...fresh } = blank
  const add: ConfigurationEdit = {
    edit: 'addScepProfile',
    scepProfile: { ...fresh, defaultRaProfileUuid: null, ...settingsChange(blank, configuration, settings) },
  }
  const after = applyEdits(configuration, [add], now)
  const profile = findScepProfile(after, blank.uuid)
  return { uuid: blank.uuid, edits: [add, ...(await raCertificateEdits(profile, after, settings, context))] }
}

function certificateMissing({ caCertificateUuid, raCertificate }: Omit<ScepProfileCreate, 'name'>): string[] {
  if (caCertificateUuid !== undefined || (raCertificate?.authorityUuid ?? undefined) !== undefined) return []
  return [
    'caCertificateUuid is missing: name a certificate of GET /v1/scepProfiles/caCertificates, or an authority that is to issue one in raCertificate.authorityUuid.',
  ]
}

/** No row has this number. */
const NO_ID = 0

const BLANK: ScepProfile = {
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
  metadata: DEFAULT_SCEP_PROFILE_METADATA,
  defaultRaProfileId: null,
}

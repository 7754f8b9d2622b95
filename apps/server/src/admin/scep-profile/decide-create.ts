import type { ScepProfileCreate } from '@chancery/api'
import { applyEdits, type Configuration, type ConfigurationEdit, type ScepProfile, uuidV7 } from '@chancery/ra'
import type { RaCertificateContext } from '../../ra-certificates/issue.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { BLANK_SCEP_PROFILE } from './blank.ts'
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
  const blank: ScepProfile = { ...BLANK_SCEP_PROFILE, uuid: uuidV7(now), name }
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

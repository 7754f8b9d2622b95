import type { ScepActivationOrder } from '@chancery/api'
import type { Configuration, ConfigurationEdit, RaProfile } from '@chancery/ra'
import type { Asking } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { unknownAttributes } from '../attributes.ts'
import { scepProfileInReach } from '../scep-profile/find.ts'

/** Switches SCEP on for an RA profile; with another SCEP profile than before, over to that. @throws {AdminRefusal} 404, 403, 422 */
export function decideActivation(
  asking: Asking,
  raProfile: RaProfile,
  configuration: Configuration,
  scepProfileUuid: string,
  { issueCertificateAttributes }: ScepActivationOrder,
): ConfigurationEdit[] {
  const scepProfile = scepProfileInReach(asking, configuration, scepProfileUuid)
  const faults = unknownAttributes('issueCertificateAttributes', issueCertificateAttributes)
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  if (raProfile.scepProfileId === scepProfile.id) return []
  return [{ edit: 'setRaProfile', uuid: raProfile.uuid, change: { scepProfileUuid: scepProfile.uuid } }]
}

export function decideDeactivation({ uuid, scepProfileId }: RaProfile): ConfigurationEdit[] {
  return scepProfileId === null ? [] : [{ edit: 'setRaProfile', uuid, change: { scepProfileUuid: null } }]
}

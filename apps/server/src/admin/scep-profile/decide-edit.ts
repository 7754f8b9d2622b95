import type { ScepProfileUpdate } from '@chancery/api'
import type { Configuration, ConfigurationEdit, ScepProfile } from '@chancery/ra'
import type { RaCertificateContext } from '../../ra-certificates/issue.ts'
import { decideUpdate } from './decide-update.ts'
import { raCertificateEdits } from './ra-certificate.ts'

/** The edits of a PUT: its settings, and its RA certificates. @throws {AdminRefusal} 422 with every fault, or 409 */
export async function decideEdit(
  profile: ScepProfile,
  configuration: Configuration,
  update: ScepProfileUpdate,
  context: RaCertificateContext,
): Promise<ConfigurationEdit[]> {
  const change = decideUpdate(profile, configuration, update, context.now)
  const certificates = await raCertificateEdits(profile, configuration, update, context)
  return Object.keys(change).length === 0
    ? certificates
    : [{ edit: 'setScepProfile', uuid: profile.uuid, change }, ...certificates]
}

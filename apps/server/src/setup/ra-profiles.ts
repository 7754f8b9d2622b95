import type { SetupDocument, SetupRaProfile } from '@chancery/api'
import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { decideRaProfileCreate, decideRaProfileUpdate } from '../admin/ra-profile/decide.ts'
import type { RaCertificateContext } from '../ra-certificates/issue.ts'
import type { Draft } from './draft.ts'
import { named } from './named.ts'

/** Makes and changes the RA profiles of a document, by the decisions of the REST API; SCEP is not switched on yet. */
export async function draftRaProfiles(
  draft: Draft,
  { raProfiles = [] }: SetupDocument,
  { now }: RaCertificateContext,
): Promise<void> {
  for (const item of raProfiles) {
    await draft.attempt('raProfile', item.name, (configuration) => decideRaProfile(configuration, item, now))
  }
}

function decideRaProfile(
  configuration: Configuration,
  { name, authority, scepProfile: _, ...settings }: SetupRaProfile,
  now: Date,
): readonly ConfigurationEdit[] {
  const present = configuration.raProfiles.find((one) => one.name === name)
  const authorityUuid =
    authority === undefined ? undefined : named(configuration.authorities, authority, 'authority').uuid
  if (present !== undefined) {
    const update = { ...settings, ...(authorityUuid !== undefined && { authorityUuid }) }
    return decideRaProfileUpdate(present, configuration, update, now)
  }
  if (authorityUuid === undefined) throw new AdminRefusal(422, ['authority is missing: a new RA profile needs it.'])
  return decideRaProfileCreate(configuration, authorityUuid, { name, ...settings }, now).edits
}

/** Switches SCEP on and off, once both sides are there. */
export async function activateRaProfiles(draft: Draft, { raProfiles = [] }: SetupDocument): Promise<void> {
  for (const { name, scepProfile } of raProfiles) {
    if (scepProfile === undefined) continue
    await draft.attempt('raProfile', name, (configuration) => {
      const found = configuration.raProfiles.find((one) => one.name === name)
      // Why it is not there is told already.
      if (found === undefined) return []
      const scepProfileUuid =
        scepProfile === null ? null : named(configuration.scepProfiles, scepProfile, 'SCEP profile').uuid
      return [{ edit: 'setRaProfile', uuid: found.uuid, change: { scepProfileUuid } }]
    })
  }
}

import type { SetupDocument, SetupNoun, SetupPlan } from '@chancery/api'
import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { deletionFaults } from '../admin/authority/in-use.ts'
import { decideRaProfileDelete } from '../admin/ra-profile/decide.ts'
import { decideDelete } from '../admin/scep-profile/decide-delete.ts'
import type { Draft } from './draft.ts'
import { named } from './named.ts'

/** What is there and not in a document. */
export function unmanaged(configuration: Configuration, document: SetupDocument): SetupPlan['unmanaged'] {
  const rest = (noun: SetupNoun, rows: readonly { name: string }[], items: readonly { name?: unknown }[] = []) =>
    rows.filter((row) => !items.some(({ name }) => name === row.name)).map(({ name }) => ({ noun, name }))
  return [
    ...rest('scepProfile', configuration.scepProfiles, document.scepProfiles),
    ...rest('raProfile', configuration.raProfiles, document.raProfiles),
    ...rest('authority', configuration.authorities, document.authorities),
  ]
}

/** Whether a device has a certificate of an authority, or is about to get one. */
export type HasIssued = (authorityId: number) => Promise<boolean>

/** Deletes it: profiles first, detached from what stays, then the authorities below them. */
export async function prune(draft: Draft, document: SetupDocument, hasIssued: HasIssued): Promise<void> {
  const gone = unmanaged(draft.configuration, document)
  const isGone = (noun: SetupNoun, name: string) => gone.some((one) => one.noun === noun && one.name === name)
  detach(draft, isGone)
  for (const { noun, name } of gone) {
    await draft.attempt(noun, name, (configuration) => DELETIONS[noun](configuration, name, hasIssued))
  }
}

type Delete = (
  configuration: Configuration,
  name: string,
  hasIssued: HasIssued,
) => ConfigurationEdit[] | Promise<ConfigurationEdit[]>

const DELETIONS: Readonly<Record<SetupNoun, Delete>> = {
  scepProfile: (before, name) => decideDelete(before, named(before.scepProfiles, name, 'SCEP profile').uuid),
  raProfile: (before, name) => decideRaProfileDelete(named(before.raProfiles, name, 'RA profile'), before),
  authority: async (before, name, hasIssued) => {
    const authority = named(before.authorities, name, 'authority')
    const faults = deletionFaults(authority, before, await hasIssued(authority.id))
    if (faults.length > 0) throw new AdminRefusal(422, faults)
    return [{ edit: 'deleteAuthority', uuid: authority.uuid }]
  },
}

/** What stays lets go of what goes; what goes lets go of what goes too. */
function detach(draft: Draft, isGone: (noun: SetupNoun, name: string) => boolean): void {
  const { raProfiles, scepProfiles } = draft.configuration
  for (const { uuid, scepProfileId } of raProfiles) {
    const used = scepProfiles.find(({ id }) => id === scepProfileId)
    if (used === undefined || !isGone('scepProfile', used.name)) continue
    draft.add([{ edit: 'setRaProfile', uuid, change: { scepProfileUuid: null } }])
  }
  for (const { uuid, defaultRaProfileId } of scepProfiles) {
    const used = raProfiles.find(({ id }) => id === defaultRaProfileId)
    if (used === undefined || !isGone('raProfile', used.name)) continue
    draft.add([{ edit: 'setScepProfile', uuid, change: { defaultRaProfileUuid: null } }])
  }
  for (const { uuid, name, scepProfileId } of draft.configuration.raProfiles) {
    if (!isGone('raProfile', name) || scepProfileId === null) continue
    draft.add([{ edit: 'setRaProfile', uuid, change: { scepProfileUuid: null } }])
  }
}

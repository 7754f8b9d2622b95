import type { AuthorityUpdate } from '@chancery/api'
import type { AuthorityChange, AuthorityRecord, ConfigurationEdit } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'
import { decideSettings } from './settings.ts'

/** @throws {AdminRefusal} 422 with every fault */
export function decideAuthorityUpdate(
  authority: AuthorityRecord,
  { description, settings }: AuthorityUpdate,
): ConfigurationEdit[] {
  const decided = settings === undefined ? { kept: {} } : decideSettings(authority.kind, settings, authority)
  if ('faults' in decided) throw new AdminRefusal(422, decided.faults)
  const change: AuthorityChange = { ...decided.kept, ...(description !== undefined && { description }) }
  return Object.keys(change).length === 0 ? [] : [{ edit: 'setAuthority', uuid: authority.uuid, change }]
}

export function decideAuthorityEnabled({ uuid, enabled }: AuthorityRecord, wanted: boolean): ConfigurationEdit[] {
  return enabled === wanted ? [] : [{ edit: 'setAuthority', uuid, change: { enabled: wanted } }]
}

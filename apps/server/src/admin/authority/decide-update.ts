import type { AuthorityUpdate } from '@chancery/api'
import type { AuthorityChange, AuthorityRecord, Configuration, ConfigurationEdit, IssuerRecord } from '@chancery/ra'
import { connectAgain } from '../../upstream/connect-elsewhere.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { decideSettings, type KeptSettings } from './settings.ts'

/** @throws {AdminRefusal} 422 with every fault */
export async function decideAuthorityUpdate(
  authority: AuthorityRecord,
  { description, settings }: AuthorityUpdate,
  { issuers }: Pick<Configuration, 'issuers'>,
  now: Date,
): Promise<ConfigurationEdit[]> {
  const decided = settings === undefined ? { kept: {} } : decideSettings(authority.kind, settings, authority)
  if ('faults' in decided) throw new AdminRefusal(422, decided.faults)
  const current = issuers.find(({ authorityId, state }) => authorityId === authority.id && state === 'current')
  const kept = 'settings' in decided.kept ? await connected(authority, decided.kept, current, now) : {}
  const change: AuthorityChange = { ...kept, ...(description !== undefined && { description }) }
  return Object.keys(change).length === 0 ? [] : [{ edit: 'setAuthority', uuid: authority.uuid, change }]
}

async function connected(
  authority: AuthorityRecord,
  kept: KeptSettings,
  current: IssuerRecord | undefined,
  now: Date,
): Promise<KeptSettings> {
  if (authority.kind !== 'scep') return kept
  const again = await connectAgain(authority, kept, current, now)
  if ('faults' in again) throw new AdminRefusal(422, again.faults)
  return again
}

export function decideAuthorityEnabled({ uuid, enabled }: AuthorityRecord, wanted: boolean): ConfigurationEdit[] {
  return enabled === wanted ? [] : [{ edit: 'setAuthority', uuid, change: { enabled: wanted } }]
}

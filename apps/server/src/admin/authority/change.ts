import type { AuditEvent, AuthorityRecord, Configuration } from '@chancery/ra'
import type { ConfigurationOutcome } from '@chancery/store'
import { adminEvent, type Deed } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'

type Refused = { readonly refused: string }

export interface AuthorityChange<Change extends object> {
  /** From one version of the configuration, or the sentence that says why not. */
  decide(authority: AuthorityRecord, configuration: Configuration): Promise<Change | Refused> | Change | Refused
  write(change: Change, version: number, audit: readonly AuditEvent[]): Promise<ConfigurationOutcome>
  /** What it does, for the audit log. */
  deed(change: Change, authority: AuthorityRecord, configuration: Configuration): Deed
  /** Why the write may meet a row that it cannot change, although the decision was right. */
  readonly conflict: string
}

export interface Changed {
  readonly authority: AuthorityRecord
  readonly configuration: Configuration
}

const ATTEMPTS = 3

/**
 * Reads, decides and writes; the write is conditional on the version that was read (design, rule 10).
 * @throws {AdminRefusal} 404, or 409 with the sentence
 */
export async function changeAuthority<Change extends object>(
  { snapshots, now }: ServerContext,
  uuid: string,
  caller: Caller,
  { decide, write, deed, conflict }: AuthorityChange<Change>,
): Promise<Changed> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { configuration } = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const authority = findAuthority(configuration, uuid)
    const change = await decide(authority, configuration)
    if ('refused' in change) throw new AdminRefusal(409, [change.refused])
    const decided = change as Change
    const event = adminEvent(caller, now(), deed(decided, authority, configuration))
    const { status } = await write(decided, configuration.version, [event])
    if (status === 'conflict') throw new AdminRefusal(409, [conflict])
    if (status !== 'changed') continue
    const after = (await snapshots.refresh()).configuration
    return { authority: findAuthority(after, uuid), configuration: after }
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}

/** @throws {AdminRefusal} 404 */
export function findAuthority({ authorities }: Configuration, uuid: string): AuthorityRecord {
  const authority = authorities.find((candidate) => candidate.uuid === uuid.toLowerCase())
  if (authority === undefined) throw new AdminRefusal(404, ['There is no authority with this UUID.'])
  return authority
}

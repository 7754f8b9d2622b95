import { type AuditActor, type AuditEvent, uuidV7 } from '@chancery/ra'
import type { Caller } from '../auth/caller.ts'

/** What somebody did over the administration; actor and time are added. */
export type Deed = Pick<AuditEvent, 'action' | 'object' | 'detail'> & Partial<Pick<AuditEvent, 'outcome'>>

export function actorOf({ kind, name, role, source }: Caller): AuditActor {
  return { kind, name, role, ...(source === undefined ? {} : { source }) }
}

/** For the unit that does it, or for the log alone where nothing is written. */
export function adminEvent(caller: Caller, now: Date, deed: Deed): AuditEvent {
  return { uuid: uuidV7(now), at: now, actor: actorOf(caller), outcome: 'done', ...deed }
}

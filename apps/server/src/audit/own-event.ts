import { type AuditActor, type AuditEvent, uuidV7 } from '@chancery/ra'
import type { Deed } from './admin-event.ts'

/** What a job did that nobody told it to do. */
export function jobEvent(job: string, now: Date, deed: Deed): AuditEvent {
  return eventOf({ kind: 'job', name: job }, now, deed)
}

/** What the settings of the process did at its start. */
export function startEvent(setting: string, now: Date, deed: Deed): AuditEvent {
  return eventOf({ kind: 'environment', name: setting }, now, deed)
}

function eventOf(actor: AuditActor, now: Date, deed: Deed): AuditEvent {
  return { uuid: uuidV7(now), at: now, actor, outcome: 'done', ...deed }
}

import type { AuditEvent, NoticeChannel, NoticeEvent } from '@chancery/ra'

/** What an event of the audit log is to those who want to be told; undefined: nothing. */
export function noticeEventOf({ action, outcome, actor }: AuditEvent): NoticeEvent | undefined {
  if (outcome === 'done') return DONE[action]
  if (action === 'certificate.issue' || action === 'certificate.renew') return 'request.refused'
  if (action === 'certificate.acknowledge') return 'certificate.unreported'
  if (action === 'job.run' && actor.kind === 'job') return 'job.failed'
  return action === 'audit.verify' ? 'audit.broken' : undefined
}

const DONE: Readonly<Record<string, NoticeEvent>> = {
  'certificate.issue': 'certificate.issued',
  'certificate.renew': 'certificate.renewed',
  'certificate.revoke': 'certificate.revoked',
  'certificate.hold': 'certificate.held',
  'certificate.release': 'certificate.released',
  'approval.request': 'approval.wanted',
}

/** Of the whole installation: told however few profiles a channel is for. */
const OF_NO_PROFILE: readonly NoticeEvent[] = ['job.failed', 'audit.broken', 'intune.secret-expiring']

export interface Happening {
  readonly event: NoticeEvent
  readonly at: Date
  /** Undefined: it is not known, or there is none. */
  readonly raProfile: string | undefined
}

/** Of what was before a channel was made, it is not told. */
export function wants(
  { enabled, events, raProfiles, createdAt }: NoticeChannel,
  { event, at, raProfile }: Happening,
): boolean {
  if (!enabled || !events.includes(event) || at < createdAt) return false
  if (raProfiles === null || OF_NO_PROFILE.includes(event)) return true
  return raProfile !== undefined && raProfiles.includes(raProfile)
}

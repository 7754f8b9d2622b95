import type { Configuration, NewNotice, NoticeChannel } from '@chancery/ra'
import { credentialEnd } from '../intune/credential.ts'
import { compose } from '../notice/compose.ts'
import { wants } from '../notice/event-of.ts'
import type { JobContext } from './job.ts'

const DAY = 86_400_000

export interface EndingSpan {
  readonly after: Date
  readonly upTo: Date
  /** How long before its end somebody is told. */
  readonly days: number
}

/** Client secrets and certificates for Intune that end in a stretch of time: Entra tells nobody of it. */
export function intuneKeyNotices(
  { scepProfiles }: Configuration,
  { after, upTo, days }: EndingSpan,
  channels: readonly NoticeChannel[],
  { now, publicUrl }: Pick<JobContext, 'now' | 'publicUrl'>,
): NewNotice[] {
  return scepProfiles.flatMap(({ challengeKind, intune, uuid, name }) => {
    const end = challengeKind === 'intune' && intune !== null ? credentialEnd(intune) : undefined
    if (intune === null || end === undefined || end <= after || end > upTo) return []
    const told = {
      event: 'intune.secret-expiring' as const,
      at: new Date(end.getTime() - days * DAY),
      object: { kind: 'scepProfile', uuid, name },
      certificate: undefined,
      raProfile: undefined,
      by: undefined,
      detail: { daysBefore: days, endsAt: end.toISOString(), credential: intune.credential },
    }
    return channels.filter((channel) => wants(channel, told)).map((channel) => compose(channel, told, publicUrl, now()))
  })
}

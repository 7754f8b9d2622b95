import { type AuditEvent, type NewNotice, type NoticeChannel, uuidV7 } from '@chancery/ra'
import type { CertificateSketch } from '@chancery/store'

const MINUTE = 60_000

export interface Told {
  readonly event: NewNotice['event']
  readonly at: Date
  readonly object: AuditEvent['object'] | undefined
  readonly certificate: CertificateSketch | undefined
  readonly raProfile: string | undefined
  /** Who did it. */
  readonly by: AuditEvent['actor'] | undefined
  readonly detail: Readonly<Record<string, unknown>>
}

/** What a channel is told: the same words for a webhook and, put into sentences, for a mail (docs/operate/notices.md). */
export function compose(channel: NoticeChannel, told: Told, installation: string | undefined, now: Date): NewNotice {
  const uuid = uuidV7(now)
  const { event, at, object, certificate, raProfile, by, detail } = told
  return {
    uuid,
    channelUuid: channel.uuid,
    event,
    payload: {
      version: 1,
      uuid,
      event,
      at: at.toISOString(),
      installation: installation ?? null,
      object: object === undefined ? null : { uuid: null, name: null, ...object },
      certificate: certificate === undefined ? null : certificateOf(certificate),
      raProfile: raProfile ?? null,
      by: by === undefined ? null : { kind: by.kind, name: by.name },
      detail,
    },
    createdAt: now,
    dueAt: channel.delivery.kind === 'email' ? endOfMinute(now) : now,
  }
}

function certificateOf({ uuid, subject, serial, notAfter }: CertificateSketch) {
  return { uuid, subject, serialNumber: serial, notAfter: notAfter.toISOString() }
}

/** What happens within a minute is one mail. */
function endOfMinute(now: Date): Date {
  return new Date((Math.floor(now.getTime() / MINUTE) + 1) * MINUTE)
}

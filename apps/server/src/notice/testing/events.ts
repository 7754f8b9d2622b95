import { randomUUID } from 'node:crypto'
import type { AuditEvent, NoticeChannel } from '@chancery/ra'
import { Secret } from '@chancery/ra'

export const KEY = 'a-key-of-a-notice-channel-0123456789abcdef'

export function auditEvent(at: Date, change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    uuid: randomUUID(),
    at,
    actor: { kind: 'device', name: 'ab12' },
    action: 'certificate.issue',
    object: { kind: 'certificate', uuid: randomUUID(), name: 'CN=printer1' },
    outcome: 'done',
    detail: { transactionId: 'T1', raProfile: 'default', serialNumber: '0a1b' },
    ...change,
  }
}

export function channel(createdAt: Date, change: Partial<NoticeChannel> = {}): NoticeChannel {
  return {
    uuid: randomUUID(),
    name: `channel-${randomUUID().slice(0, 8)}`,
    enabled: true,
    events: ['certificate.issued', 'request.refused'],
    raProfiles: null,
    daysBefore: [30, 7, 1],
    delivery: webhook('http://127.0.0.1:9/'),
    createdAt,
    ...change,
  }
}

export function webhook(url: string, timeoutMilliseconds = 500): NoticeChannel['delivery'] {
  const rule = { url, timeoutMilliseconds, allowPrivateAddresses: true, trustedCertificates: null }
  return { kind: 'webhook', rule, key: new Secret(KEY) }
}

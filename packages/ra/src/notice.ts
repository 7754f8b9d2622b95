import type { Secret } from '@chancery/scep'
import type { WebhookRule } from './profile.ts'

/** What somebody may want to be told of. */
export type NoticeEvent =
  | 'certificate.issued'
  | 'certificate.renewed'
  | 'certificate.revoked'
  | 'certificate.held'
  | 'certificate.released'
  | 'certificate.expiring'
  | 'certificate.unreported'
  | 'request.refused'
  | 'approval.wanted'
  | 'job.failed'
  | 'intune.secret-expiring'
  | 'audit.broken'

/** How a channel reaches whoever listens. */
export type Delivery =
  | { readonly kind: 'webhook'; readonly rule: WebhookRule; readonly key: Secret }
  | { readonly kind: 'email'; readonly to: readonly string[] }

/** Who is told, of what. */
export interface NoticeChannel {
  readonly uuid: string
  readonly name: string
  readonly enabled: boolean
  readonly events: readonly NoticeEvent[]
  /** Names of RA profiles: of the others' certificates and requests nothing is told. Null: of all. */
  readonly raProfiles: readonly string[] | null
  /** So many days before a certificate, or what we sign in with elsewhere, ends. */
  readonly daysBefore: readonly number[]
  readonly delivery: Delivery
  /** Of what was before, nothing is told. */
  readonly createdAt: Date
}

/** What one channel is told of one thing. */
export interface NewNotice {
  readonly uuid: string
  readonly channelUuid: string
  readonly event: NoticeEvent | 'test'
  /** Plain JSON without secrets, as a webhook gets it. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly createdAt: Date
  readonly dueAt: Date
}

export interface Notice extends NewNotice {
  /** `dead`: it is tried no more. */
  readonly state: NoticeState
  readonly attempts: number
  readonly deliveredAt: Date | null
  /** What went wrong last. */
  readonly trouble: string | null
}

export type NoticeState = 'waiting' | 'delivered' | 'dead'

import type {
  NoticeChannel as ChannelOnWire,
  NewNoticeChannel,
  NoticeChannelUpdate,
  WebhookUpdate,
} from '@chancery/api'
import { type Configuration, type Delivery, type NoticeChannel, Secret, uuidV7 } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'
import { NEW_WEBHOOK, webhookCertificateFaults, webhookUrlFaults } from '../webhook/rule.ts'

const DAYS_BEFORE = [30, 7, 1]

/** What stands around a change of a channel. */
export interface ChannelScene {
  readonly configuration: Configuration
  readonly canMail: boolean
  readonly now: Date
}

/** @throws {AdminRefusal} 422 with every fault */
export function newChannel(body: NewNoticeChannel, scene: ChannelScene): NoticeChannel {
  const { name, enabled = true, events, raProfiles = null, daysBefore = DAYS_BEFORE } = body
  const delivery = deliveryOf(undefined, body)
  refuse([...faultsOfDelivery(undefined, body, scene), ...faultsOfProfiles(raProfiles, scene)])
  const rest = { name, enabled, events, raProfiles, daysBefore, createdAt: scene.now }
  return { uuid: uuidV7(scene.now), ...rest, delivery: delivery as Delivery }
}

/** @throws {AdminRefusal} 422 with every fault */
export function changedChannel(held: NoticeChannel, body: NoticeChannelUpdate, scene: ChannelScene): NoticeChannel {
  const { webhook: _, email: __, ...fields } = body
  refuse([...faultsOfDelivery(held.delivery, body, scene), ...faultsOfProfiles(body.raProfiles ?? null, scene)])
  return { ...held, ...fields, delivery: deliveryOf(held.delivery, body) ?? held.delivery }
}

export function channelToWire(channel: NoticeChannel): ChannelOnWire {
  const { uuid, name, enabled, events, raProfiles, daysBefore, delivery, createdAt } = channel
  return {
    uuid,
    name,
    enabled,
    events: [...events],
    raProfiles: raProfiles === null ? null : [...raProfiles],
    daysBefore: [...daysBefore],
    webhook: delivery.kind === 'webhook' ? { ...delivery.rule, keySet: true } : null,
    email: delivery.kind === 'email' ? { to: [...delivery.to] } : null,
    createdAt: createdAt.toISOString(),
  }
}

type Ways = Pick<NoticeChannelUpdate, 'webhook' | 'email'>

/** Undefined: what is sent makes none. */
function deliveryOf(held: Delivery | undefined, { webhook, email }: Ways): Delivery | undefined {
  if (email !== undefined) return { kind: 'email', to: email.to }
  if (webhook === undefined) return undefined
  const { key, ...fields } = webhook
  const before = held?.kind === 'webhook' ? held : undefined
  const after = key === undefined ? before?.key : new Secret(key)
  if (after === undefined) return undefined
  return { kind: 'webhook', rule: { ...(before?.rule ?? NEW_WEBHOOK), ...fields }, key: after }
}

function faultsOfDelivery(held: Delivery | undefined, { webhook, email }: Ways, { canMail }: ChannelScene): string[] {
  if (webhook !== undefined && email !== undefined)
    return ['webhook and email are given both: a channel has one of them.']
  if (held === undefined && webhook === undefined && email === undefined) {
    return ['webhook or email is missing: one of them says where notices go.']
  }
  if (held !== undefined && ((held.kind === 'webhook' && email) || (held.kind === 'email' && webhook))) {
    return [`${email === undefined ? 'webhook' : 'email'} is for a channel of the other kind: make another channel.`]
  }
  if (email !== undefined)
    return canMail ? [] : ['email needs a mail server: set CHANCERY_SMTP_URL and CHANCERY_SMTP_FROM.']
  return webhook === undefined ? [] : faultsOfWebhook(held, webhook)
}

function faultsOfWebhook(held: Delivery | undefined, webhook: WebhookUpdate): string[] {
  const before = held?.kind === 'webhook' ? held.rule : NEW_WEBHOOK
  const after = { ...before, ...webhook }
  return [
    ...(held === undefined && webhook.key === undefined
      ? ['webhook.key is missing: whoever listens tells by it that a notice is ours.']
      : []),
    ...(after.url === '' ? ['webhook.url is missing.'] : webhookUrlFaults(after)),
    ...webhookCertificateFaults(webhook),
  ]
}

function faultsOfProfiles(names: readonly string[] | null, { configuration }: ChannelScene): string[] {
  return (names ?? [])
    .filter((name) => !configuration.raProfiles.some((profile) => profile.name === name))
    .map((name) => `raProfiles names "${name}", and there is no such RA profile.`)
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new AdminRefusal(422, faults)
}

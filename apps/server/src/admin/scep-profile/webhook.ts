import type { ScepProfileUpdate, Webhook } from '@chancery/api'
import { type ChallengeKind, type ScepProfile, type ScepProfileChange, Secret } from '@chancery/ra'
import { NEW_WEBHOOK, webhookCertificateFaults, webhookUrlFaults } from '../webhook/rule.ts'

type Held = Pick<ScepProfile, 'webhook' | 'webhookKey'>

/**
 * The webhook after an update; a field that is left out keeps its value, the key above all. Another kind of challenge leaves
 * none behind that would come back by itself.
 * @param kind of the challenge after the update
 */
export function webhookChange(held: Held, { webhook }: ScepProfileUpdate, kind: ChallengeKind): ScepProfileChange {
  const isThere = held.webhook !== null || held.webhookKey !== undefined
  if (webhook === null || kind !== 'webhook') return isThere ? { webhook: null, webhookKey: undefined } : {}
  if (webhook === undefined) return {}
  const { key, ...fields } = webhook
  return {
    webhook: { ...(held.webhook ?? NEW_WEBHOOK), ...fields },
    ...(key !== undefined && { webhookKey: new Secret(key) }),
  }
}

/** @param kind of the challenge after the update */
export function webhookFaults(held: Held, { webhook }: ScepProfileUpdate, kind: ChallengeKind): string[] {
  if (kind !== 'webhook') {
    if (webhook === undefined || webhook === null) return []
    return [`webhook is used only where challengeKind is webhook, not ${kind}.`]
  }
  if (webhook === null) return ['webhook null leaves challengeKind webhook with nobody to ask.']
  const after = { ...(held.webhook ?? NEW_WEBHOOK), ...webhook }
  const isKeySet = webhook?.key !== undefined || held.webhookKey !== undefined
  return [
    ...(isKeySet ? [] : ['webhook.key is missing: none is set yet, and without it no answer can be believed.']),
    ...(after.url === '' ? ['webhook.url is missing: challengeKind webhook needs one.'] : webhookUrlFaults(after)),
    ...webhookCertificateFaults(webhook ?? {}),
  ]
}

/** What works and is unwise. */
export function webhookWarnings({ challengeKind, webhook }: ScepProfile): string[] {
  if (challengeKind !== 'webhook' || webhook === null || !webhook.url.startsWith('http:')) return []
  return ['The webhook is asked over plain http: whoever is on the way reads the challenges of the devices.']
}

export function webhookToWire({ webhook, webhookKey }: Held): Webhook | null {
  return webhook === null ? null : { ...webhook, keySet: webhookKey !== undefined }
}

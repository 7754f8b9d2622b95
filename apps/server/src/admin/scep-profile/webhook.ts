import { isIP } from 'node:net'
import type { ScepProfileUpdate, Webhook, WebhookUpdate } from '@chancery/api'
import { decodePem, parseCertificate } from '@chancery/pki'
import { type ChallengeKind, type ScepProfile, type ScepProfileChange, Secret, type WebhookRule } from '@chancery/ra'
import { classOf } from '../../webhook/address.ts'

type Held = Pick<ScepProfile, 'webhook' | 'webhookKey'>

/** What a webhook is before anybody has said anything about it. */
const NEW: WebhookRule = {
  url: '',
  timeoutMilliseconds: 5000,
  allowPrivateAddresses: false,
  trustedCertificates: null,
}
const MOST_CERTIFICATES = 16

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
    webhook: { ...(held.webhook ?? NEW), ...fields },
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
  const after = { ...(held.webhook ?? NEW), ...webhook }
  const isKeySet = webhook?.key !== undefined || held.webhookKey !== undefined
  return [
    ...(isKeySet ? [] : ['webhook.key is missing: none is set yet, and without it no answer can be believed.']),
    ...(after.url === '' ? ['webhook.url is missing: challengeKind webhook needs one.'] : urlFaults(after)),
    ...certificateFaults(webhook),
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

function urlFaults({ url, allowPrivateAddresses }: Pick<WebhookRule, 'url' | 'allowPrivateAddresses'>): string[] {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !['https:', 'http:'].includes(parsed.protocol)) {
    return ['webhook.url is no https URL, such as https://hooks.example/scep.']
  }
  const faults: string[] = []
  if (parsed.username !== '' || parsed.password !== '') {
    faults.push('webhook.url has a name or password in it: the key of the webhook tells who asks.')
  }
  if (parsed.hash !== '') faults.push('webhook.url has a fragment (#), which is never sent.')
  if (parsed.protocol === 'http:' && !allowPrivateAddresses) {
    faults.push('webhook.url is plain http, which is spoken to private addresses only: allowPrivateAddresses is false.')
  }
  const literal = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  const kind = isIP(literal) === 0 ? undefined : classOf(literal)
  if (kind === 'never') faults.push(`webhook.url leads to ${literal}, where no webhook may be.`)
  if (kind === 'private' && !allowPrivateAddresses && parsed.protocol === 'https:') {
    faults.push(`webhook.url leads to ${literal}, a private address: allowPrivateAddresses is false.`)
  }
  return faults
}

function certificateFaults(webhook: WebhookUpdate | undefined): string[] {
  const { trustedCertificates } = webhook ?? {}
  if (trustedCertificates === undefined || trustedCertificates === null) return []
  return areCertificates(trustedCertificates)
    ? []
    : [`webhook.trustedCertificates must be 1 to ${MOST_CERTIFICATES} certificates in PEM.`]
}

function areCertificates(pem: string): boolean {
  try {
    const certificates = decodePem(pem, 'CERTIFICATE')
    for (const der of certificates) parseCertificate(der)
    return certificates.length >= 1 && certificates.length <= MOST_CERTIFICATES
  } catch {
    return false
  }
}

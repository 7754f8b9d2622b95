import { isIP } from 'node:net'
import { decodePem, parseCertificate } from '@chancery/pki'
import type { WebhookRule } from '@chancery/ra'
import { classOf } from '../../webhook/address.ts'

/** What a webhook is before anybody has said anything about it. */
export const NEW_WEBHOOK: WebhookRule = {
  url: '',
  timeoutMilliseconds: 5000,
  allowPrivateAddresses: false,
  trustedCertificates: null,
}
const MOST_CERTIFICATES = 16

export function webhookUrlFaults({
  url,
  allowPrivateAddresses,
}: Pick<WebhookRule, 'url' | 'allowPrivateAddresses'>): string[] {
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

export function webhookCertificateFaults({ trustedCertificates }: Partial<WebhookRule>): string[] {
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

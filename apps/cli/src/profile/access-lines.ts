import type { ScepProfile } from '@chancery/api'

/** Whom a profile asks and from where it is used, as rows of a table; what is as usual is left out. */
export function accessRows({
  webhook,
  allowedNetworks,
  requestsPerMinute,
  concurrentRequests,
}: ScepProfile): (readonly [string, string])[] {
  const limits = [
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute} requests a minute from one address`]),
    ...(concurrentRequests === null ? [] : [`${concurrentRequests} at a time in one process`]),
  ]
  return [
    ...(webhook === null ? [] : [['webhook', webhookText(webhook)] as const]),
    ...(allowedNetworks.length === 0 ? [] : [['served to', allowedNetworks.join(', ')] as const]),
    ...(limits.length === 0 ? [] : [['limits', limits.join(', ')] as const]),
  ]
}

function webhookText(webhook: NonNullable<ScepProfile['webhook']>): string {
  const { url, timeoutMilliseconds, allowPrivateAddresses, trustedCertificates, keySet } = webhook
  return [
    url,
    `within ${timeoutMilliseconds / 1000} s`,
    ...(allowPrivateAddresses ? ['private addresses too'] : []),
    ...(trustedCertificates === null ? [] : ['with a CA of its own']),
    ...(keySet ? [] : ['but no key is set']),
  ].join(', ')
}

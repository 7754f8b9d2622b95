import type { ScepProfile } from '@chancery/api'

/** How a profile reaches Intune, as rows of a table; what is as usual is left out. */
export function intuneRows({ intune, intuneTenant, intuneApplicationId }: ScepProfile): (readonly [string, string])[] {
  if (intune === null) return []
  const { authorityUrl, graphUrl, resourceUrl, whenUnreachable, revocationReason, revocationFilter } = intune
  return [
    ['Intune', `tenant ${intuneTenant}, application ${intuneApplicationId}, cloud ${intune.cloud}`],
    ...(authorityUrl === null ? [] : [['its addresses', `${authorityUrl}, ${graphUrl}, ${resourceUrl}`] as const]),
    ['signs in with', credential(intune)],
    ['out of reach', whenUnreachable === 'unavailable' ? 'devices get HTTP 503' : 'devices get FAILURE'],
    ['takes back', `as ${revocationReason}${revocationFilter === 'issuer' ? ', of our issuers only' : ''}`],
  ]
}

function credential(intune: NonNullable<ScepProfile['intune']>): string {
  if (!intune.keySet) return 'no key: none is set'
  if (intune.credential === 'certificate') return `a certificate, by ${intune.assertionAlgorithm}`
  return intune.secretExpiresAt === null ? 'a client secret' : `a client secret until ${intune.secretExpiresAt}`
}

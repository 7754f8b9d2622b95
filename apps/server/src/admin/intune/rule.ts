import { type IntuneEndpoints, type IntuneRule, REVOCATION_REASONS } from '@chancery/ra'
import { notABaseUrl } from '../../intune/base-url.ts'

/** What is known of Intune before anybody has said anything about it. */
export const NEW_INTUNE: IntuneRule = {
  tenant: '',
  applicationId: '',
  cloud: 'public',
  endpoints: null,
  credential: 'secret',
  certificate: null,
  assertionAlgorithm: 'PS256',
  secretExpiresAt: null,
  whenUnreachable: 'unavailable',
  revocationReason: REVOCATION_REASONS.cessationOfOperation,
  revocationFilter: 'none',
}

export const ENDPOINT_NAMES = [
  'authorityUrl',
  'graphUrl',
  'resourceUrl',
] as const satisfies readonly (keyof IntuneEndpoints)[]

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i

export function isGuid(text: string): boolean {
  return GUID.test(text)
}

export function identityFaults({ tenant, applicationId }: IntuneRule): string[] {
  const faults: string[] = []
  if (tenant === '') {
    faults.push('intuneTenant is missing: Intune needs the directory (tenant) ID of Entra, or a verified domain.')
  } else if (!isGuid(tenant) && !DOMAIN.test(tenant)) {
    faults.push('intuneTenant is neither a GUID nor a domain: write the directory (tenant) ID that Entra shows.')
  }
  if (applicationId === '') {
    faults.push('intuneApplicationId is missing: Intune needs the application (client) ID of the app registration.')
  } else if (!isGuid(applicationId)) {
    faults.push(
      'intuneApplicationId is no GUID: write the application (client) ID that the app registration shows in Entra.',
    )
  }
  return faults
}

export function endpointFaults({ cloud, endpoints }: IntuneRule): string[] {
  if (cloud !== 'custom' || endpoints === null) return []
  return ENDPOINT_NAMES.flatMap((name) => {
    const text = endpoints[name]
    if (text === '') return [`intune.${name} is missing: cloud custom needs it.`]
    const why = notABaseUrl(text)
    return why === undefined ? [] : [`intune.${name} ${why}.`]
  })
}

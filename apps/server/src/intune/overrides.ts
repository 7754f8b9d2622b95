import type { IntuneEndpoints } from '@chancery/ra'
import { notABaseUrl } from './base-url.ts'

const VARIABLE_OF = {
  authorityUrl: 'CHANCERY_INTUNE_AUTHORITY_URL',
  graphUrl: 'CHANCERY_INTUNE_GRAPH_URL',
  resourceUrl: 'CHANCERY_INTUNE_RESOURCE_URL',
} as const satisfies Readonly<Record<keyof IntuneEndpoints, string>>

export const INTUNE_VARIABLES = Object.values(VARIABLE_OF)

/** Addresses that take the place of those of every profile's cloud. */
export function readIntuneOverrides(
  settings: Readonly<Partial<Record<(typeof INTUNE_VARIABLES)[number], string>>>,
  fault: (text: string) => void,
): Partial<IntuneEndpoints> {
  const overrides: { -readonly [Name in keyof IntuneEndpoints]?: string } = {}
  for (const name of Object.keys(VARIABLE_OF) as (keyof IntuneEndpoints)[]) {
    const variable = VARIABLE_OF[name]
    const text = settings[variable]
    if (text === undefined) continue
    if (notABaseUrl(text) === undefined) overrides[name] = text
    else fault(`${variable}: write https://host, without user, query or fragment; plain http goes to loopback only`)
  }
  return overrides
}

import type { Endpoint } from '@chancery/ra'
import { BLANK_SCEP_PROFILE } from '../admin/scep-profile/blank.ts'
import type { EndpointSources } from './endpoint.ts'

/** Rules of a SCEP profile have no say where a person asks: nobody is asked for a challenge, and an authority may take its time. */
const WITHOUT_SCEP = { ...BLANK_SCEP_PROFILE, challengeKind: 'none', allowPolling: true } as const

/** Where a person asks for a certificate, by the rules of the RA profile alone. @returns a sentence where that is not possible now */
export function endpointForPeople(
  raProfileId: number,
  { configuration, authorities, ownKeyDigests }: EndpointSources,
): Endpoint | string {
  const raProfile = configuration.raProfiles.find(({ id }) => id === raProfileId)
  if (raProfile === undefined) return 'The RA profile was deleted.'
  if (!raProfile.enabled) return `RA profile "${raProfile.name}" is disabled.`
  const record = configuration.authorities.find(({ id }) => id === raProfile.authorityId)
  if (record?.enabled === false) return `The authority "${record.name}" is disabled.`
  const authority = authorities.get(raProfile.authorityId)
  if (authority === undefined) return `The authority of RA profile "${raProfile.name}" has no CA certificate.`
  return {
    address: `api/${raProfile.name}`,
    scepProfile: WITHOUT_SCEP,
    raProfile,
    authority: authority.current.authority,
    challenge: undefined,
    ownKeyDigests,
    issuerIds: new Set(authority.issuers.map(({ id }) => id)),
    issuerNames: new Map(),
    raProfileIds: new Set(configuration.raProfiles.map(({ id }) => id)),
    enabledRaProfileIds: new Set(configuration.raProfiles.filter(({ enabled }) => enabled).map(({ id }) => id)),
    configurationVersion: configuration.version,
  }
}

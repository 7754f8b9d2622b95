import type { Endpoint, RaProfile, ScepProfile } from '@chancery/ra'
import type { EndpointSources } from './endpoint.ts'

/**
 * An endpoint at which a request is judged and never served: the settings may be some that nobody has saved. It asks for no
 * challenge.
 * @returns undefined where the authority has no CA certificate
 */
export function examinationEndpoint(
  raProfile: RaProfile,
  scepProfile: ScepProfile,
  {
    configuration,
    authorities,
    ownKeyDigests,
  }: Pick<EndpointSources, 'configuration' | 'authorities' | 'ownKeyDigests'>,
): Endpoint | undefined {
  const authority = authorities.get(raProfile.authorityId)
  if (authority === undefined) return undefined
  return {
    address: `raProfile/${raProfile.name}`,
    scepProfile,
    raProfile,
    authority: authority.current.authority,
    challenge: undefined,
    ownKeyDigests,
    issuerIds: new Set(authority.issuers.map(({ id }) => id)),
    issuerNames: new Map(),
    raProfileIds: new Set([raProfile.id]),
    enabledRaProfileIds: new Set([raProfile.id]),
    configurationVersion: configuration.version,
  }
}

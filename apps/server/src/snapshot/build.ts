import { parseCertificate } from '@chancery/pki'
import type { Configuration } from '@chancery/ra'
import type { EndpointAnswer, ServedIssuer, Snapshot } from '../context.ts'
import type { Upstreams } from '../upstream/upstreams.ts'
import { readyAuthorities } from './authorities.ts'
import type { ChallengePorts } from './challenge.ts'
import { type EndpointSources, resolveEndpoint, scepProfileAddress } from './endpoint.ts'
import { endpointForPeople } from './endpoint-for-people.ts'
import { examinationEndpoint } from './examination-endpoint.ts'
import type { KeyRing } from './keys.ts'

export interface SnapshotParts {
  readonly challenges: ChallengePorts
  readonly upstreams: Upstreams
  readonly publicUrl: string | undefined
  readonly now: Date
}

/** Works out one version of the configuration: every endpoint, once, so that a request only looks it up. */
export function buildSnapshot(configuration: Configuration, keys: KeyRing, parts: SnapshotParts): Snapshot {
  keys.keepOnly(configuration.issuers, configuration.raCertificates)
  const sources: EndpointSources = {
    configuration,
    keys,
    authorities: readyAuthorities(configuration, keys, parts.upstreams, parts.publicUrl),
    challenges: parts.challenges,
    ownKeyDigests: ownKeyDigests(configuration),
    now: parts.now,
  }
  const byScepProfile = new Map(
    configuration.scepProfiles.map((profile) => [profile.name, endpointOfScepProfile(profile.name, sources)]),
  )
  const byRaProfile = new Map(
    configuration.raProfiles.map((profile) => [profile.name, endpointOfRaProfile(profile.name, sources)]),
  )
  const issuers = new Map(configuration.issuers.map((record) => [issuerAddress(record, configuration), record]))
  const defaultName = configuration.scepProfiles.find(({ isDefault }) => isDefault)?.name
  const byDefault = (defaultName === undefined ? undefined : byScepProfile.get(defaultName)) ?? NO_DEFAULT
  return {
    version: configuration.version,
    configuration,
    issuer: (authorityName, generation): ServedIssuer | undefined => issuers.get(`${authorityName}/${generation}`),
    byScepProfile: (name) => byScepProfile.get(name) ?? NO_SCEP_PROFILE,
    byRaProfile: (name) => byRaProfile.get(name) ?? NO_RA_PROFILE,
    byAlias: (name) => (name === undefined ? byDefault : (byScepProfile.get(name) ?? byDefault)),
    examined: (raProfile, scepProfile) => examinationEndpoint(raProfile, scepProfile, sources),
    forPeople: (raProfileId) => endpointForPeople(raProfileId, sources),
    service: (address, scepProfileId, raProfileId) => {
      const scepProfile = configuration.scepProfiles.find(({ id }) => id === scepProfileId)
      const raProfile = configuration.raProfiles.find(({ id }) => id === raProfileId)
      if (scepProfile === undefined) return NO_SCEP_PROFILE
      return raProfile === undefined ? NO_RA_PROFILE : resolveEndpoint(address, scepProfile, raProfile, sources)
    },
  }
}

const NO_SCEP_PROFILE: EndpointAnswer = { refused: 'There is no SCEP profile with this name.', status: 404 }
const NO_RA_PROFILE: EndpointAnswer = { refused: 'There is no RA profile with this name.', status: 404 }
const NO_DEFAULT: EndpointAnswer = { refused: 'No SCEP profile is the default one.', status: 404 }

function endpointOfScepProfile(name: string, sources: EndpointSources): EndpointAnswer {
  const { scepProfiles, raProfiles } = sources.configuration
  const scepProfile = scepProfiles.find((profile) => profile.name === name)
  if (scepProfile === undefined) return NO_SCEP_PROFILE
  if (!scepProfile.enabled) return { refused: `SCEP profile "${name}" is disabled.`, status: 403 }
  const raProfile = raProfiles.find(({ id }) => id === scepProfile.defaultRaProfileId)
  if (raProfile === undefined) return { refused: `SCEP profile "${name}" has no default RA profile.`, status: 403 }
  return resolveEndpoint(scepProfileAddress(name), scepProfile, raProfile, sources)
}

function endpointOfRaProfile(name: string, sources: EndpointSources): EndpointAnswer {
  const { scepProfiles, raProfiles } = sources.configuration
  const raProfile = raProfiles.find((profile) => profile.name === name)
  if (raProfile === undefined) return NO_RA_PROFILE
  if (!raProfile.enabled) return { refused: `RA profile "${name}" is disabled.`, status: 403 }
  const scepProfile = scepProfiles.find(({ id }) => id === raProfile.scepProfileId)
  if (scepProfile === undefined) return { refused: `SCEP is not switched on for RA profile "${name}".`, status: 403 }
  return resolveEndpoint(`raProfile/${name}`, scepProfile, raProfile, sources)
}

function issuerAddress(
  { authorityId, generation }: Configuration['issuers'][number],
  { authorities }: Configuration,
): string {
  return `${authorities.find(({ id }) => id === authorityId)?.name ?? ''}/${generation}`
}

/** Not by way of the key: a certificate whose key cannot be used is no device's either. */
function ownKeyDigests({ issuers, raCertificates }: Configuration): ReadonlySet<string> {
  return new Set(
    [...issuers, ...raCertificates].map(({ certificate }) =>
      parseCertificate(certificate).publicKey.digest().toString('hex'),
    ),
  )
}

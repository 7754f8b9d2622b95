import {
  type Configuration,
  isVouchedFor,
  type RaCertificateRecord,
  type RaProfile,
  type ScepProfile,
} from '@chancery/ra'
import {
  canDecrypt,
  capabilities,
  type MessagePolicy,
  type RaKey,
  resolveCompatibility,
  resolveSwitches,
} from '@chancery/scep'
import type { EndpointAnswer } from '../context.ts'
import { networksOf } from '../http/network.ts'
import type { IssuingGeneration, ReadyAuthority } from './authorities.ts'
import { caCertificateChain, caCertificates } from './ca-certificates.ts'
import { type ChallengePorts, challengeOf } from './challenge.ts'
import type { KeyRing } from './keys.ts'
import { nextCaCertificates } from './next-ca-certificates.ts'
import { serviceAt } from './service.ts'

/** What all endpoints of one configuration are made from. */
export interface EndpointSources {
  readonly configuration: Configuration
  readonly keys: KeyRing
  readonly authorities: ReadonlyMap<number, ReadyAuthority>
  readonly challenges: ChallengePorts
  readonly ownKeyDigests: ReadonlySet<string>
  readonly now: Date
}

/**
 * An endpoint with everything that serving it needs, or the one sentence that says what is missing. What is wrong with
 * one endpoint takes no other one down.
 */
export function resolveEndpoint(
  address: string,
  scepProfile: ScepProfile,
  raProfile: RaProfile,
  sources: EndpointSources,
): EndpointAnswer {
  const { configuration, keys, authorities, challenges, ownKeyDigests, now } = sources
  const name = `SCEP profile "${scepProfile.name}"`
  if (!scepProfile.enabled) return refused(`${name} is disabled.`)
  if (!raProfile.enabled) return refused(`RA profile "${raProfile.name}" is disabled.`)
  const record = configuration.authorities.find(({ id }) => id === raProfile.authorityId)
  if (record?.enabled === false) return refused(`The authority "${record.name}" is disabled.`)
  const authority = authorities.get(raProfile.authorityId)
  if (authority === undefined) return refused(`The authority of RA profile "${raProfile.name}" has no CA certificate.`)
  const challenge = challengeOf(scepProfile, challenges)
  if (challenge === 'unsupported') {
    return refused(`${name} asks for a kind of challenge that this version does not know.`)
  }
  const { current, next, issuers } = authority
  const issuerIds = new Set(issuers.map(({ id }) => id))
  const ofProfile = configuration.raCertificates.filter((record) => record.scepProfileId === scepProfile.id)
  const own = ofProfile.filter(({ issuerId }) => issuerIds.has(issuerId))
  const ofIssuer = (issuer: IssuingGeneration | undefined) =>
    own.find(({ state, issuerId }) => state === 'current' && issuerId === issuer?.record.id)
  const raCertificate = ofIssuer(current)
  if (raCertificate === undefined) return refused(`${name} has no CA certificate for RA profile "${raProfile.name}".`)
  // Who waits at the profile's own address since another default RA profile is told what became of it.
  const opened = address === scepProfileAddress(scepProfile.name) ? ofProfile : own
  const opening = attempt(() => openingKeys(raCertificate, opened, keys, now))
  if (opening === undefined) return refused(`The CA certificate of ${name} has a key that cannot be used.`)
  if (!canDecrypt(opening.current) && !SEALING.has(scepProfile.challengeKind)) {
    return refused(`The CA certificate of ${name} has no RSA key, and its challenges cannot seal messages.`)
  }
  const { compatibility } = scepProfile
  const switches = attempt(() => resolveSwitches(compatibility.profile, compatibility.overrides))
  if (switches === undefined) return refused(`${name} has compatibility switches that this version does not know.`)
  const resolved = resolveCompatibility(compatibility.profile, compatibility.overrides)
  // Such clients make a key for the signature alone, a new one for each attempt; the challenge says whose the request is.
  const vouched = isVouchedFor({ scepProfile })
  const policy: MessagePolicy = vouched ? { ...resolved, signerKeyRule: 'any-key' } : resolved
  const common = {
    address,
    scepProfile,
    raProfile,
    challenge: challenge.validator,
    ownKeyDigests,
    issuerIds,
    raProfileIds: new Set(configuration.raProfiles.map(({ id }) => id)),
    enabledRaProfileIds: new Set(configuration.raProfiles.filter(({ enabled }) => enabled).map(({ id }) => id)),
    configurationVersion: configuration.version,
  }
  const serviceOf = (record: RaCertificateRecord) => serviceAt(record, common, authority, switches)
  const nextRaCertificate = ofIssuer(next)
  const nextCa =
    next === undefined || nextRaCertificate === undefined || current.issuer === undefined
      ? undefined
      : nextCaCertificates({ issuer: current.issuer }, next, nextRaCertificate)
  return {
    served: {
      ...serviceOf(raCertificate),
      policy,
      ...opening,
      otherServices: new Map(opened.flatMap((one) => (one === raCertificate ? [] : [[one.uuid, serviceOf(one)]]))),
      capabilities: Buffer.from(
        capabilities(policy, {
          renewal: scepProfile.renewal.enabled && !vouched,
          nextCaCertificates: nextCa !== undefined,
        }),
      ),
      caCertificates: caCertificates(raCertificate.certificate, current.record, switches.caCertificates),
      caCertificateChain: switches.getCaCertChain ? caCertificateChain(current.record) : undefined,
      getPkiOperation: switches.getPkiOperation,
      nextCaCertificates: nextCa,
      allowedNetworks: networksOf(scepProfile.access.networks),
      usableUntil: Math.min(opening.current.certificate.notAfter.getTime(), current.certificate.notAfter.getTime()),
    },
  }
}

/** As transactions name it. */
export function scepProfileAddress(name: string): string {
  return `scepProfile/${name}`
}

/** Kinds of challenges with which a client can seal what it sends to a key that cannot decrypt (RFC 8894 §3.1). */
const SEALING: ReadonlySet<ScepProfile['challengeKind']> = new Set(['static', 'one-time'])

/** The current key first: nearly every message is for it. */
function openingKeys(
  current: Configuration['raCertificates'][number],
  own: Configuration['raCertificates'],
  keys: KeyRing,
  now: Date,
): { current: RaKey; keys: RaKey[] } {
  const others = own.filter(
    (record) => record !== current && (record.decryptsUntil === null || record.decryptsUntil > now),
  )
  const first = keys.raKey(current)
  // One that cannot be used opens nothing; that is no reason not to serve.
  const rest = others.flatMap((record) => attempt(() => keys.raKey(record)) ?? [])
  return { current: first, keys: [first, ...rest] }
}

/** A broken row takes its own endpoints down, and no others. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

function refused(sentence: string): EndpointAnswer {
  return { refused: sentence, status: 403 }
}

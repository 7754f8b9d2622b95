import { parseCertificate } from '@chancery/pki'
import type { Configuration, RaProfile, ScepProfile } from '@chancery/ra'
import { raCertificateAt, raPlaces } from '../ra-certificates/place.ts'
import { decryptsUntil } from '../rollover/decrypts-until.ts'

/**
 * What a change means for clients that are running, one sentence each: a dry run answers them, and the log has them as a
 * warning.
 */
export function consequencesOf(before: Configuration, after: Configuration, now: Date): string[] {
  return [
    ...endpointConsequences(before, after),
    ...raCertificateConsequences(before, after, now),
    ...challengeConsequences(before, after),
    ...aliasConsequences(before, after),
  ]
}

/** An address that devices use, and what stands behind it. */
interface Entrance {
  readonly address: string
  readonly scepProfile: ScepProfile
  readonly raProfile: RaProfile
  readonly authority: string
  readonly isOpen: boolean
}

function entrances({ scepProfiles, raProfiles, authorities }: Configuration): Entrance[] {
  const authorityOf = ({ authorityId }: RaProfile) => authorities.find(({ id }) => id === authorityId)
  const entrance = (address: string, scepProfile: ScepProfile | undefined, raProfile: RaProfile | undefined) =>
    scepProfile === undefined || raProfile === undefined
      ? []
      : [
          {
            address,
            scepProfile,
            raProfile,
            authority: authorityOf(raProfile)?.name ?? '',
            isOpen: scepProfile.enabled && raProfile.enabled && authorityOf(raProfile)?.enabled === true,
          },
        ]
  return [
    ...scepProfiles.flatMap((one) =>
      entrance(
        `SCEP profile "${one.name}"`,
        one,
        raProfiles.find(({ id }) => id === one.defaultRaProfileId),
      ),
    ),
    ...raProfiles.flatMap((one) =>
      entrance(
        `RA profile "${one.name}"`,
        scepProfiles.find(({ id }) => id === one.scepProfileId),
        one,
      ),
    ),
  ]
}

/** Only what was served before can strand anybody. */
function endpointConsequences(before: Configuration, after: Configuration): string[] {
  const now = entrances(after)
  return entrances(before)
    .filter(({ isOpen }) => isOpen)
    .flatMap((former) => {
      const { address } = former
      const found = now.find((one) => one.address === address)
      if (found === undefined) return [`Nothing answers any more at the address of ${address}.`]
      if (!found.isOpen) return [`Devices that use the address of ${address} are refused until it is enabled again.`]
      if (found.authority !== former.authority) {
        return [
          `Devices at the address of ${address} get certificates of another CA, authority "${found.authority}" instead of "${former.authority}": those that trust only the former one refuse it.`,
        ]
      }
      if (found.scepProfile.uuid !== former.scepProfile.uuid) {
        return [
          `Devices at the address of ${address} are answered with the settings and challenges of SCEP profile "${found.scepProfile.name}" instead of "${former.scepProfile.name}", and must fetch its CA certificate before they ask.`,
        ]
      }
      return []
    })
}

/** A place that has another certificate than before; one that is new to the profile strands nobody. */
function raCertificateConsequences(before: Configuration, after: Configuration, now: Date): string[] {
  return raPlaces(before).flatMap((place) => {
    const former = raCertificateAt(place, before)
    const scepProfile = after.scepProfiles.find(({ uuid }) => uuid === place.scepProfile.uuid)
    const found = scepProfile === undefined ? undefined : raCertificateAt({ ...place, scepProfile }, after)
    if (former === undefined || found === undefined || found.certificate.equals(former.certificate)) return []
    const types = [former, found].map(({ certificate }) => parseCertificate(certificate).publicKey.type.toUpperCase())
    const [oldType, newType] = types as [string, string]
    const until = decryptsUntil(former.certificate, now).toISOString().slice(0, 10)
    const where = `SCEP profile "${place.scepProfile.name}" gets another CA certificate at authority "${place.authority.name}": devices that hold the former one are served until ${until} and must have fetched the new one by then.`
    return oldType === newType
      ? [where]
      : [
          where,
          `The key of that certificate is ${newType} instead of ${oldType}: clients that know only ${oldType} cannot use it.`,
        ]
  })
}

const CHALLENGE_CHANGES: Partial<Record<ScepProfile['challengeKind'], string>> = {
  none: 'everybody who reaches the server gets a certificate',
  static: 'all devices share one secret from now on',
}

function challengeConsequences(before: Configuration, after: Configuration): string[] {
  return before.scepProfiles.flatMap(({ uuid, name, challengeKind }) => {
    const kind = after.scepProfiles.find((one) => one.uuid === uuid)?.challengeKind ?? challengeKind
    if (kind === challengeKind) return []
    const more = CHALLENGE_CHANGES[kind]
    return [
      `SCEP profile "${name}" asks for challenges of kind ${kind} instead of ${challengeKind}: those handed out before are not accepted any more${more === undefined ? '' : `, and ${more}`}.`,
    ]
  })
}

function aliasConsequences(before: Configuration, after: Configuration): string[] {
  const [former, now] = [before, after].map(({ scepProfiles }) => scepProfiles.find(({ isDefault }) => isDefault))
  if (former === undefined || former.uuid === now?.uuid) return []
  return [
    now === undefined
      ? 'The conventional addresses, such as /scep, are not answered any more.'
      : `The conventional addresses, such as /scep, lead to SCEP profile "${now.name}" instead of "${former.name}".`,
  ]
}

import { parseCertificate } from '@chancery/pki'
import type { Configuration, RaProfile, ScepProfile } from '@chancery/ra'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'

/** Where a device enrols with a SCEP profile, and the CA certificate that it will be shown there. */
export interface Address {
  readonly scepUrl: string
  /** SHA-256 over the DER, lower-case hexadecimal. */
  readonly caFingerprint: string
}

/** @throws {AdminRefusal} 409 when no RA profile is behind the SCEP profile, so that it answers nobody */
export function addressOf(context: ServerContext, profile: ScepProfile, configuration: Configuration): Address {
  const { path } = entrance(profile, configuration)
  const caFingerprint = parseCertificate(caCertificateOf(profile, configuration)).digest().toString('hex')
  return { scepUrl: `${context.baseUrl()}${path}`, caFingerprint }
}

/** DER of the CA certificate that a device is shown there. @throws {AdminRefusal} 409 as above */
export function caCertificateOf(profile: ScepProfile, configuration: Configuration): Buffer {
  const { raProfile } = entrance(profile, configuration)
  const issuer = configuration.issuers.find(
    (candidate) => candidate.authorityId === raProfile.authorityId && candidate.state === 'current',
  )
  if (issuer !== undefined) return issuer.certificate
  throw new AdminRefusal(409, [`RA profile "${raProfile.name}" has no current CA certificate.`])
}

/** The profile's own URL where it leads somewhere, else that of an RA profile for which it is switched on. */
function entrance(profile: ScepProfile, configuration: Configuration): { raProfile: RaProfile; path: string } {
  const own = configuration.raProfiles.find((candidate) => candidate.id === profile.defaultRaProfileId)
  if (own !== undefined) return { raProfile: own, path: scepPath(profile) }
  const activated = configuration.raProfiles.find((candidate) => candidate.scepProfileId === profile.id)
  if (activated === undefined) {
    throw new AdminRefusal(409, [
      `SCEP profile "${profile.name}" has no default RA profile and is switched on for none, so no device can use it.`,
    ])
  }
  return { raProfile: activated, path: raProfilePath(activated) }
}

export function scepPath({ name }: Pick<ScepProfile, 'name'>): string {
  return `/api/v1/protocols/scep/${name}/pkiclient.exe`
}

export function raProfilePath({ name }: Pick<RaProfile, 'name'>): string {
  return `/api/v1/protocols/scep/raProfile/${name}/pkiclient.exe`
}

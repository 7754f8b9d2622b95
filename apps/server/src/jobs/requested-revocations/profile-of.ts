import type { CertificateRecord, Configuration, ScepProfile } from '@chancery/ra'
import { belongsTo } from '../../auth/reach.ts'

/** The profile through which a certificate was asked for; undefined: it is gone. */
export function profileOf(certificate: CertificateRecord, configuration: Configuration): ScepProfile | undefined {
  const { scepProfiles, raProfiles } = configuration
  const { scepProfile, raProfile } = belongsTo(certificate, configuration)
  if (scepProfile !== undefined) return scepProfiles.find(({ name }) => name === scepProfile)
  const through = raProfiles.find(({ name }) => name === raProfile)?.scepProfileId
  return scepProfiles.find(({ id }) => id === through)
}

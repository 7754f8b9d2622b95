import type { ScepActivation } from '@chancery/api'
import type { Configuration, RaProfile } from '@chancery/ra'
import { attributesToWire } from '../attributes.ts'
import { raProfilePath } from '../scep-endpoint/address.ts'

export function scepActivationToWire(
  raProfile: RaProfile,
  { scepProfiles }: Configuration,
  baseUrl: string,
): ScepActivation {
  const scepProfile = scepProfiles.find(({ id }) => id === raProfile.scepProfileId)
  return {
    uuid: scepProfile?.uuid ?? null,
    name: scepProfile?.name ?? null,
    scepAvailable: scepProfile !== undefined,
    url: scepProfile === undefined ? null : `${baseUrl}${raProfilePath(raProfile)}`,
    issueCertificateAttributes: attributesToWire(raProfile.metadata.issueCertificateAttributes),
  }
}

import { orderRaCertificate, UpstreamError } from '@chancery/connectors'
import type { Name } from '@chancery/pki'
import { type RaCertificateToAdd, uuidV7 } from '@chancery/ra'
import type { RaPlace } from './place.ts'

/**
 * The RA certificate of a SCEP profile whose endpoint leads to an authority in another house: that authority issues it, for
 * devices trust its CA and no other one.
 */
export async function raCertificateElsewhere(
  { scepProfile, authority, issuer }: RaPlace,
  subject: Name,
  now: Date,
): Promise<RaCertificateToAdd | { readonly refused: string }> {
  try {
    const { raCertificate } = await orderRaCertificate({ authority, ca: issuer.certificate, subject, fetch, now })
    return {
      uuid: uuidV7(now),
      scepProfileUuid: scepProfile.uuid,
      authorityUuid: authority.uuid,
      generation: issuer.generation,
      state: 'current',
      ...raCertificate,
    }
  } catch (error) {
    if (error instanceof UpstreamError) return { refused: error.message }
    throw error
  }
}

import type { RaCertificateToAdd } from '@chancery/ra'
import type { RaPlace } from './place.ts'

/**
 * The RA certificate of a SCEP profile whose endpoint leads to an authority in another house: its key is not here, so it
 * cannot certify one for us at once.
 */
export async function raCertificateElsewhere({
  authority,
}: RaPlace): Promise<RaCertificateToAdd | { readonly refused: string }> {
  return {
    refused: `Authority "${authority.name}" is in another house, and no RA certificate for it can be had yet: choose another RA profile.`,
  }
}

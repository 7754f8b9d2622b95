import type { CertificateEntry, Store } from '@chancery/store'

/** A certificate and those above it, up to the root. */
export async function chainOf(
  { certificates }: Pick<Store, 'certificates'>,
  { issuerId, der }: CertificateEntry & { readonly der: Buffer },
): Promise<Buffer[]> {
  const issuer = (await certificates.issuers()).find(({ id }) => id === issuerId)
  return issuer === undefined ? [der] : [der, issuer.certificate, ...issuer.chain]
}

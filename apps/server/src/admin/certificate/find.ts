import type { CertificateEntry, Store } from '@chancery/store'
import type { Caller } from '../../auth/caller.ts'
import { type Belongs, requireReach } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'

const MISSING = 'There is no certificate with this UUID.'

/** The certificate of a UUID, where the caller may see it. @throws {AdminRefusal} 404 */
export async function findCertificate(
  { certificates }: Pick<Store, 'certificates'>,
  uuid: string,
  caller: Caller,
): Promise<CertificateEntry & { readonly der: Buffer }> {
  const entry = await certificates.get(uuid.toLowerCase())
  if (entry?.der === undefined) throw new AdminRefusal(404, [MISSING])
  requireReach({ caller, permission: 'certificate.read' }, 'certificate.read', belongs(entry), MISSING)
  return { ...entry, der: entry.der }
}

export function belongs({ scepProfile, raProfile }: CertificateEntry): Belongs {
  return { scepProfile: scepProfile ?? undefined, raProfile: raProfile ?? undefined }
}

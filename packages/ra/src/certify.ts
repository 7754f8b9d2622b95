import { createHash } from 'node:crypto'
import type { NewCertificate, PreparedCertificate, SigningAuthority } from './ports.ts'
import type { ScepProfile } from './profile.ts'
import { succession } from './succession.ts'
import { Unavailable } from './unavailable.ts'
import { uuidV7 } from './uuid.ts'

/** Who signs, and by whose rules. */
export interface SigningService {
  readonly authority: SigningAuthority
  readonly scepProfile: ScepProfile
}

/** Whose certificate it will be. */
export interface Certified {
  readonly keyDigest: Buffer
  /** UUID of the certificate that it renews. */
  readonly predecessor: string | undefined
  readonly now: Date
}

/** Has a prepared certificate signed. @throws {Unavailable} when the authority cannot */
export async function certify(
  order: PreparedCertificate,
  { authority, scepProfile }: SigningService,
  { keyDigest, predecessor, now }: Certified,
): Promise<NewCertificate> {
  let der: Buffer
  try {
    der = await authority.sign(order.tbs, order.issuerId)
  } catch (cause) {
    throw new Unavailable('the authority could not sign', { cause })
  }
  return {
    uuid: uuidV7(now),
    der,
    digest: createHash('sha256').update(der).digest(),
    keyDigest,
    prepared: order,
    ...(predecessor === undefined ? {} : succession(predecessor, scepProfile, now)),
  }
}

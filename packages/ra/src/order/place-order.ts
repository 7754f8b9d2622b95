import type { CertificationRequest } from '@chancery/pki'
import type { Endpoint } from '../endpoint.ts'
import { Unavailable } from '../unavailable.ts'
import type { NewOrder } from './order-book.ts'
import type { OrderingAuthority } from './ordering-authority.ts'

const DAY = 86_400_000

/**
 * What would be sent for a request that keeps the rules; it lives as long as a request may wait for a person here, for
 * one may have to decide there.
 * @throws {Unavailable} the authority is not known well enough to be asked
 */
export async function placeOrder(
  csr: CertificationRequest,
  authority: OrderingAuthority,
  { raProfile }: Pick<Endpoint, 'raProfile'>,
  now: Date,
): Promise<NewOrder> {
  const { authorityId, issuerId } = authority
  const expiresAt = new Date(now.getTime() + raProfile.approval.expiresAfterDays * DAY)
  try {
    return { ...(await authority.word(csr)), authorityId, issuerId, expiresAt }
  } catch (cause) {
    // Never what our own client says: it would be taken for a refusal of the device's message.
    throw new Unavailable(cause instanceof Error ? cause.message : 'the authority cannot be asked', { cause })
  }
}

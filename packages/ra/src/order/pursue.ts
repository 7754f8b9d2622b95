import { ScepError } from '@chancery/scep'
import type { Endpoint } from '../endpoint.ts'
import type { Enrolment } from '../enrolment.ts'
import { NO_ORIGIN, type Origin } from '../origin.ts'
import { Unavailable } from '../unavailable.ts'
import { type SettlePorts, settle } from './settle.ts'

const RETRY_AFTER_SECONDS = 10

/**
 * Sends the order of a transaction, or asks what became of it, unless somebody else just does; and answers with what
 * comes of it soon. Sending goes on after the answer.
 * @param issuerId of whose generation it was ordered
 * @throws {ScepError} the authority refuses
 * @throws {Unavailable} there is no answer yet, and the profile does not let devices poll
 */
export async function pursue(
  uuid: string,
  issuerId: number,
  endpoint: Pick<Endpoint, 'authority' | 'scepProfile'>,
  ports: SettlePorts,
  origin: Origin = NO_ORIGIN,
): Promise<Enrolment | 'overtaken'> {
  const { authority, scepProfile } = endpoint
  // The RA profile leads to another authority by now; the job sends what was ordered of the former one.
  if (authority.kind !== 'ordering' || authority.issuerId !== issuerId)
    return waiting(uuid, endpoint, 'ordered elsewhere')
  const order = await ports.orders.take(uuid, authority.leaseSeconds)
  if (order === 'gone') return 'overtaken'
  if (order === 'held') return waiting(uuid, endpoint, 'the authority is being asked')
  const work = settle(order, authority, scepProfile, ports, origin)
  // What could not be written down is sent again when the lease ends.
  work.catch(() => undefined)
  const settled = await authority.soon(work)
  if (settled === 'later') return waiting(uuid, endpoint, 'the authority takes its time')
  switch (settled.status) {
    case 'issued': {
      const { certificate, certificateUuid } = settled
      return { status: 'issued', certificate, certificateUuid, transaction: uuid, repeated: false }
    }
    case 'pending':
      return waiting(uuid, endpoint, 'the authority has not decided yet')
    case 'unavailable':
      return waiting(uuid, endpoint, settled.detail)
    case 'refused':
      throw new ScepError('authority_refused', { detail: settled.detail })
    case 'overtaken':
      return 'overtaken'
  }
}

/** RFC 8894 §4.3.1: pending, for another reason than a person here. */
function waiting(uuid: string, { scepProfile }: Pick<Endpoint, 'scepProfile'>, detail: string): Enrolment {
  if (scepProfile.allowPolling) return { status: 'pending', transaction: uuid, detail }
  throw new Unavailable(detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

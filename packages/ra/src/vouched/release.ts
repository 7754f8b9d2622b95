import type { AuditActor } from '../audit-event.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Enrolment } from '../enrolment.ts'
import type { Origin } from '../origin.ts'
import type { Trace } from '../trace.ts'
import { Unavailable } from '../unavailable.ts'
import { tell } from './tell.ts'
import type { HeldCertificate, VouchedRequests } from './vouched-requests.ts'

/** For whom a certificate is to be released. */
export interface Releasing {
  readonly endpoint: Endpoint
  readonly ports: { readonly vouched: VouchedRequests }
  readonly now: Date
  readonly origin: Origin
  readonly trace: Trace
}

/** Nobody gains by asking at once: whoever vouched was told a moment ago, in vain. */
const RETRY_AFTER_SECONDS = 30

/**
 * The way out of every certificate of a request that somebody vouched for: first he is told, and the answer leaves only
 * when he has acknowledged it and that is committed (design, rule 11).
 * @returns overtaken: it is not held any more, and what it is now tells a second look
 * @throws {Unavailable} he has not acknowledged it; it is kept, and he is told again
 */
export async function releaseIssued(
  answer: Enrolment | 'overtaken',
  { endpoint, ports, now, origin, trace }: Releasing,
): Promise<Enrolment | 'overtaken'> {
  if (answer === 'overtaken' || answer.status !== 'issued') return answer
  const held = await ports.vouched.held(answer.transaction)
  if (held === undefined || held.revoked) return 'overtaken'
  trace.asks('notification')
  const voucher = endpoint.challenge?.voucher
  if (voucher?.key !== held.voucher) throw later('whoever vouched for the request is not the one who is asked now')
  const told = await tell(held, voucher, ports.vouched, { actor: deviceOf(held, origin), now })
  switch (told.status) {
    case 'released':
      trace.says('passed', 'acknowledged')
      return { ...answer, certificate: told.certificate }
    case 'overtaken':
      return 'overtaken'
    case 'held':
      throw later(`the certificate is issued and held back, for its notice was not acknowledged: ${told.detail}`)
  }
}

function later(detail: string): Unavailable {
  return new Unavailable(detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

function deviceOf({ signerDigest }: HeldCertificate, { peer }: Origin): AuditActor {
  return { kind: 'device', name: signerDigest.toString('hex'), ...(peer === undefined ? {} : { source: peer }) }
}

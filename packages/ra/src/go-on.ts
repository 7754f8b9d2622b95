import { ScepError } from '@chancery/scep'
import { type Attempt, finishing } from './attempt.ts'
import type { Enrolment } from './enrolment.ts'
import { complete } from './finish.ts'
import { pursue } from './order/pursue.ts'
import type { Standing } from './standing.ts'
import type { KnownTransaction } from './transaction.ts'
import { tellingOfFailure } from './vouched/failure.ts'
import { releaseIssued } from './vouched/release.ts'

/** What has begun or is done: the same whether the message is one of the signer who began it, or of another with its very CSR. */
export type Begun = Extract<Standing, { readonly answer: 'certificate' | 'complete' | 'give_up' | 'abandon' }>

/** Goes on with a transaction that has begun; or makes an end of it, so that the message is judged afresh. */
export async function goOn(attempt: Attempt, known: KnownTransaction, found: Begun): Promise<Enrolment | 'overtaken'> {
  const { ports, now } = attempt
  switch (found.answer) {
    case 'certificate': {
      requireService(attempt, known)
      const { der: certificate, uuid: certificateUuid, release } = found.certificate
      const issued = {
        status: 'issued',
        certificate,
        certificateUuid,
        transaction: known.uuid,
        repeated: true,
      } as const
      return release === 'free' ? issued : releaseIssued(issued, attempt)
    }
    case 'complete': {
      requireService(attempt, known)
      if (!known.vouched) return completed(attempt, known)
      return releaseIssued(await tellingOfFailure(attempt, () => completed(attempt, known)), attempt)
    }
    case 'give_up':
      await ports.orders.expire(known.uuid, now)
      return 'overtaken'
    case 'abandon':
      await ports.ledger.abandon(known.uuid, now)
      return 'overtaken'
  }
}

/** Decided again for a second answer as for a first one (design, rule 2). */
function requireService({ endpoint }: Attempt, { raProfileId }: KnownTransaction): void {
  if (endpoint.enabledRaProfileIds.has(raProfileId)) return
  throw new ScepError('enrolment_refused', { detail: 'the RA profile of the transaction is switched off' })
}

function completed(attempt: Attempt, known: KnownTransaction): Promise<Enrolment | 'overtaken'> {
  const { endpoint, ports, origin } = attempt
  return known.elsewhere === undefined
    ? complete(known, finishing(attempt))
    : pursue(known.uuid, known.elsewhere.issuerId, endpoint, ports, origin)
}

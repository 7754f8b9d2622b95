import type { Secret } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import type { AskedFor } from './enrolment-request.ts'
import type { NewTransaction, TransactionLedger, UnitOutcome } from './ports.ts'

const DAY = 86_400_000

export interface ToReceive {
  readonly message: Pick<AskedFor, 'csr'>
  /** Kept where the reply will have to be encrypted with it. */
  readonly replyPassword: Secret | undefined
  readonly endpoint: Endpoint
  readonly transaction: NewTransaction
  /** Where it came from, as the caps count it. */
  readonly source: string | undefined
}

/**
 * Records a request that keeps every rule but whose challenge nobody has judged yet, so that a poll finds it. Nothing vouches
 * for it, so it is bounded as those are that wait for a person without a challenge (design, rule 17).
 */
export function receive(
  { message, replyPassword, endpoint, transaction, source }: ToReceive,
  ledger: TransactionLedger,
): Promise<UnitOutcome> {
  const { expiresAfterDays, mostWaiting, mostWaitingPerSource } = endpoint.scepProfile.waiting
  return ledger.receive(transaction, {
    csr: message.csr.der,
    challenge: replyPassword,
    source,
    expiresAt: new Date(transaction.now.getTime() + expiresAfterDays * DAY),
    caps: { mostWaiting, mostWaitingPerSource },
  })
}

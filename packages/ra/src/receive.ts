import type { EnrolmentMessage } from '@chancery/scep'
import { encryptsReply } from './approval/wait.ts'
import type { Endpoint } from './endpoint.ts'
import type { NewTransaction, TransactionLedger, UnitOutcome } from './ports.ts'

const DAY = 86_400_000

export interface ToReceive {
  readonly message: EnrolmentMessage
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
  { message, endpoint, transaction, source }: ToReceive,
  ledger: TransactionLedger,
): Promise<UnitOutcome> {
  const { expiresAfterDays, mostWaiting, mostWaitingPerSource } = endpoint.scepProfile.waiting
  return ledger.receive(transaction, {
    csr: message.csr.der,
    challenge: encryptsReply(message) ? message.challengePassword : undefined,
    source,
    expiresAt: new Date(transaction.now.getTime() + expiresAfterDays * DAY),
    caps: { mostWaiting, mostWaitingPerSource },
  })
}

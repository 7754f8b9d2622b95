import { type Decided, decidable, type NotDecidable } from './decidable.ts'
import type { ApprovalQueue } from './queue.ts'

export type RejectionOutcome = { readonly status: 'rejected' } | NotDecidable

/** A person refuses: the request is over, its challenge is spent (design, rule 4), and the recorded CSR is removed. */
export async function reject(
  uuid: string,
  decided: Decided,
  { approvals }: { readonly approvals: ApprovalQueue },
  now: Date,
): Promise<RejectionOutcome> {
  const found = await decidable(uuid, approvals, now)
  if ('status' in found) return found
  const outcome = await approvals.deny(found.waiting, 'enrolment_refused', 'spent', found.decide('rejected', decided))
  if (outcome.status === 'committed') return { status: 'rejected' }
  const waiting = await approvals.find(uuid)
  return waiting === undefined ? { status: 'unknown' } : { status: 'decided', waiting }
}

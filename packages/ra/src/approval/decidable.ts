import type { AuditActor } from '../audit-event.ts'
import { isTooLate } from '../standing.ts'
import { uuidV7 } from '../uuid.ts'
import type { ApprovalQueue, Decision, WaitingRequest } from './queue.ts'

/** Who decides, and why. */
export interface Decided {
  readonly by: string
  /** What they are in the administration. */
  readonly role: string
  readonly comment: string | null
  /** The same as the audit log names it. */
  readonly actor?: AuditActor
}

export type NotDecidable =
  | { readonly status: 'unknown' }
  /** Somebody was faster, or it is too late. */
  | { readonly status: 'decided'; readonly waiting: WaitingRequest }

export interface Decidable {
  readonly waiting: WaitingRequest
  readonly csr: Buffer
  readonly decide: (decision: 'approved' | 'rejected', decided: Decided) => Decision
}

/** A request about which a person may decide: one that waits, or one that could not be signed after it was approved. */
export async function decidable(uuid: string, queue: ApprovalQueue, now: Date): Promise<Decidable | NotDecidable> {
  const waiting = await queue.find(uuid)
  if (waiting === undefined) return { status: 'unknown' }
  const { state, csr } = waiting
  const open = state === 'awaiting_approval' || state === 'failed'
  if (!open || csr === undefined || isTooLate(waiting, now)) return { status: 'decided', waiting }
  const decide: Decidable['decide'] = (decision, { by, role, comment, actor }) => ({
    uuid: uuidV7(now),
    decision,
    comment,
    by,
    role,
    at: now,
    ...(actor && { actor }),
  })
  return { waiting, csr, decide }
}

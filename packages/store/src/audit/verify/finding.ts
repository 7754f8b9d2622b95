import type { AuditHead } from '../head.ts'

/** What is wrong at one place of the log. */
export type AuditProblemKind =
  /** The event is not as it was written, or nobody who has the key wrote it. */
  | 'event-changed'
  /** There is no event with these numbers. */
  | 'events-missing'
  /** Two events have the same number. */
  | 'number-twice'
  /** Each event is genuine, but these are not those, or not in the order, that the segment was made of. */
  | 'order-changed'
  /** Events with numbers that no segment vouches for. */
  | 'events-unsealed'
  | 'segment-changed'
  | 'segments-missing'
  /** It is genuine, but does not go on from the one before it. */
  | 'segment-misplaced'
  | 'checkpoint-changed'
  /** The log is another one at this number than when the head was kept. */
  | 'head-differs'
  /** The head was kept of a log that was longer: its newest events were taken away. */
  | 'head-beyond-end'

export interface AuditProblem {
  readonly kind: AuditProblemKind
  /** The place, or the first one of several. */
  readonly seq?: number
  readonly lastSeq?: number
  readonly uuid?: string
  readonly segment?: number
}

export interface AuditVerification {
  /** Events of the chain that were looked at. */
  readonly events: number
  /** Where it begins: what stood before was removed by retention. */
  readonly checkpoint: AuditHead | undefined
  /** Where it ends. */
  readonly head: AuditHead
  /** Heads that were given and could be compared; those from before the checkpoint cannot. */
  readonly heads: { readonly compared: number; readonly tooOld: number }
  /** Events that have no place in the chain yet: only their own MACs vouch for them. */
  readonly unchained: { readonly count: number; readonly oldestAt: Date | undefined }
  /** The first ones. */
  readonly problems: readonly AuditProblem[]
  readonly problemCount: number
}

const MOST_PROBLEMS = 100

/** A log that is wholly spoiled has as many problems as events. */
export class Findings {
  readonly problems: AuditProblem[] = []
  count = 0

  add(problem: AuditProblem): void {
    this.count++
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem)
  }
}

import type { Answer } from '../answer.ts'
import type { Course } from '../course.ts'

/** Who asks, as HTTP shows it. */
export interface Sender {
  /** As `peerOf` tells. */
  readonly peer: string
  readonly source: string | undefined
  readonly userAgent: string | undefined
}

/** A request that has its answer, as the path of a request leaves it behind: a record has yet to be made of it. */
export interface Sketch extends Sender {
  /** Undefined: the message was not even read. */
  readonly course: Course | undefined
  readonly answer: Pick<Answer, 'status' | 'report'>
  readonly id: string
  readonly at: Date
  readonly milliseconds: number
  /** The message parameter of a GET, as it was written. */
  readonly rawMessage: string | undefined
}

/** Which store a record belongs in. */
export type Place = 'decision' | 'refusal' | 'none'

/** What leads to something is kept in full, as are refusals of what something vouches for (design, rule 8). */
const LEADS_SOMEWHERE: ReadonlySet<string> = new Set(['issued', 'repeated', 'polled', 'pending'])

export function placeOf({ answer, course }: Sketch): Place {
  const { operation, outcome, reason } = answer.report
  // What is refused by a limit leaves no row (design, rule 18).
  if (operation !== 'PKIOperation' || outcome === 'limited' || reason === 'overload') return 'none'
  return LEADS_SOMEWHERE.has(outcome) || course?.trace.vouched !== undefined ? 'decision' : 'refusal'
}

import type { EnrolmentEvent, EnrolmentState } from './enrolment-state.ts'
import { NEXT_STATE } from './enrolment-state.ts'
import type { Reply } from './open-reply.ts'
import { type PollPace, pauseBefore, USUAL_PACE } from './poll-pace.ts'

/** What this package does not have: a clock, chance, and patience. */
export interface Waiting {
  now(): Date
  /** From 0 to 1. */
  random(): number
  sleep(milliseconds: number): Promise<void>
  /** `USUAL_PACE` for what is left out. */
  readonly pace?: Partial<PollPace>
  /** Told of every state and what led to it, and of the pause before the next poll. */
  onState?(state: EnrolmentState, event: EnrolmentEvent): void
  onPause?(milliseconds: number, polls: number): void
}

/** How an enrolment ended; PENDING is the end when a limit was reached, and the server may still decide. */
export type Decision =
  | (Exclude<Reply, { status: 'PENDING' }> & { readonly polls: number })
  | { readonly status: 'PENDING'; readonly limit: 'polls' | 'time'; readonly polls: number }

/**
 * Asks once, and then again and again until the server has decided or a limit is reached (RFC 8894 §2.5.1, §4.4). One
 * message is on its way at a time.
 * @param first sends the request, or the first poll of one that was sent before
 * @param again asks what became of it: by CertPoll, or by the same request
 * @throws whatever they throw, after which there is no request any more
 */
export async function askUntilDecided(
  first: () => Promise<Reply>,
  again: () => Promise<Reply>,
  waiting: Waiting,
): Promise<Decision> {
  const pace = { ...USUAL_PACE, ...waiting.pace }
  const move = mover(waiting)
  const startedAt = waiting.now().getTime()
  const left = (): number => startedAt + pace.maximumTime - waiting.now().getTime()
  move('request sent')
  for (let polls = 0; ; polls++) {
    const reply = await response(polls === 0 ? first : again, move)
    move(reply.status)
    if (reply.status !== 'PENDING') return { ...reply, polls }
    const limit = polls >= pace.maximumPolls ? 'polls' : left() <= 0 ? 'time' : undefined
    if (limit !== undefined) {
      move('limit reached')
      return { status: 'PENDING', limit, polls }
    }
    // The last poll comes at the end of the time, not after it.
    const pause = Math.min(pauseBefore(polls, pace, waiting.random()), left())
    waiting.onPause?.(pause, polls)
    await waiting.sleep(pause)
  }
}

async function response(ask: () => Promise<Reply>, move: (event: EnrolmentEvent) => void): Promise<Reply> {
  try {
    return await ask()
  } catch (error) {
    move('no response')
    throw error
  }
}

function mover({ onState }: Waiting): (event: EnrolmentEvent) => void {
  let state: EnrolmentState = 'CERT-NONEXISTENT'
  return (event) => {
    const next = NEXT_STATE[state][event]
    if (next === undefined) throw new TypeError(`${event} in ${state}`)
    state = next
    onState?.(state, event)
  }
}

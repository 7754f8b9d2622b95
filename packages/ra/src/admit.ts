import { ScepError } from '@chancery/scep'
import { type Attempt, isOvertaken, newTransaction, type Place, yieldTo } from './attempt.ts'
import { carryOut } from './carry-out.ts'
import type { Enrolment } from './enrolment.ts'
import { type EnrolmentRequest, readEnrolmentRequest } from './enrolment-request.ts'
import { idempotencyKey } from './identity.ts'
import { checkRules, judge } from './judge.ts'
import { receive } from './receive.ts'
import { Unavailable } from './unavailable.ts'
import { admitVouched } from './vouched/admit.ts'
import { isVouchedFor } from './vouched/kind.ts'
import type { Undecided, Warrant } from './warrant.ts'

/** A new transaction: checked, prepared, recorded, signed; or put before a person. */
export async function admit(attempt: Attempt, place: Place = {}): Promise<Enrolment | 'overtaken'> {
  if (isVouchedFor(attempt.endpoint)) return admitVouched(attempt, place)
  attempt.trace.asks('template')
  const request = readEnrolmentRequest(attempt.message, attempt.endpoint, attempt.signer, attempt.now)
  const warrant = await judgeOrYield(attempt, request, place)
  if (warrant === 'overtaken') return warrant
  if ('undecided' in warrant) return undecided(attempt, warrant, place)
  return carryOut(attempt, request, warrant, place)
}

/**
 * Nothing is issued for want of an answer: the device asks again, where the profile lets it, and is told that we cannot
 * answer now (503) where it does not, or where as many wait as may.
 */
async function undecided(attempt: Attempt, why: Undecided, place: Place): Promise<Enrolment | 'overtaken'> {
  const { message, replyPassword, endpoint, ports } = attempt
  const { source } = attempt.origin
  const { undecided: detail, retryAfterSeconds } = why
  const later = new Unavailable(detail, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
  if (!endpoint.scepProfile.allowPolling) throw later
  if (place.continues !== undefined) return { status: 'pending', transaction: place.continues, detail }
  const transaction = newTransaction(attempt, place)
  const recorded = await receive({ message, replyPassword, endpoint, transaction, source }, ports.ledger)
  if (recorded.status === 'committed') return { status: 'pending', transaction: transaction.uuid, detail }
  if (recorded.on === 'caps' && !(await isOvertaken(attempt, place))) throw later
  return yieldTo(attempt, recorded.on, place)
}

/**
 * A challenge that is refused may have been used up by another message of this very transaction, at another node and
 * after this one had looked for it.
 */
async function judgeOrYield(
  attempt: Attempt,
  request: EnrolmentRequest,
  place: Place,
): Promise<Warrant | Undecided | 'overtaken'> {
  const { identity, content, trace } = attempt
  if (attempt.requestedBy !== undefined) {
    checkRules(request, trace)
    return { authenticated: true, onlyByPerson: false, use: undefined }
  }
  const asker = { kind: identity.kind, peer: attempt.origin.peer, idempotencyKey: idempotencyKey(identity, content) }
  try {
    return await judge(request, asker, trace)
  } catch (error) {
    const isChallenge = error instanceof ScepError && error.reason === 'challenge_refused'
    if (isChallenge && (await isOvertaken(attempt, place))) return 'overtaken'
    throw error
  }
}

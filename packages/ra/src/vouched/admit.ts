import { ScepError } from '@chancery/scep'
import { needsPerson } from '../approval/wait.ts'
import type { Attempt, Place } from '../attempt.ts'
import { carryOut } from '../carry-out.ts'
import { ask } from '../checks/challenge.ts'
import type { Enrolment } from '../enrolment.ts'
import { type EnrolmentRequest, readEnrolmentRequest, requestedNames } from '../enrolment-request.ts'
import { idempotencyKey } from '../identity.ts'
import { checkRules } from '../judge.ts'
import type { ChallengeQuestion } from '../ports.ts'
import { Unavailable } from '../unavailable.ts'
import type { Warrant } from '../warrant.ts'
import { tellingOfFailure } from './failure.ts'
import { releaseIssued } from './release.ts'
import { repeat } from './repeat.ts'
import { requireUnspoiled } from './security-identifier.ts'

/**
 * A new transaction that somebody must vouch for. He is asked before our own rules are, so that he hears when they refuse
 * it; and what is issued leaves when he has acknowledged it.
 */
export async function admitVouched(attempt: Attempt, place: Place): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, trace } = attempt
  const warrant = await vouchedFor(attempt)
  const known = await ports.vouched.find(message.csr.der)
  if (known !== undefined) return repeat(attempt, known)
  const answer = await tellingOfFailure(attempt, () => {
    trace.asks('template')
    const request = readEnrolmentRequest(message, endpoint, attempt.signer, attempt.now)
    checkRules(request, trace)
    requireNoPerson(request, warrant)
    requireUnspoiled(request)
    return carryOut(attempt, request, warrant, place)
  })
  return releaseIssued(answer, attempt)
}

/**
 * @throws {ScepError} `challenge_refused`
 * @throws {Unavailable} he could not be asked: there is no waiting for him
 */
async function vouchedFor({ message, endpoint, identity, content, origin, now, trace }: Attempt): Promise<Warrant> {
  const { challengePassword: challenge, transactionId, csr } = message
  trace.asks('challenge')
  if (endpoint.challenge === undefined) throw refusal('there is nobody who could vouch for the request')
  if (challenge === undefined) throw refusal('the request carries no challenge')
  const question: ChallengeQuestion = {
    scepProfileId: endpoint.scepProfile.id,
    challenge,
    subject: csr.subject,
    subjectAltNames: requestedNames(csr),
    transactionId,
    csr,
    kind: identity.kind,
    scepProfile: endpoint.scepProfile.name,
    raProfile: endpoint.raProfile.name,
    peer: origin.peer,
    idempotencyKey: idempotencyKey(identity, content),
    now,
  }
  const answer = await ask(endpoint.challenge, question, trace)
  if ('undecided' in answer) {
    const { undecided, retryAfterSeconds } = answer
    throw new Unavailable(undecided, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
  }
  const { voucher } = endpoint.challenge
  if (voucher === undefined || answer.use === undefined || !('vouched' in answer.use))
    throw refusal('nobody has vouched for the request')
  return answer
}

/** Whoever vouches waits for nobody. */
function requireNoPerson(request: EnrolmentRequest, warrant: Warrant): void {
  if (!needsPerson(request, warrant)) return
  throw new ScepError('enrolment_refused', {
    detail: `RA profile "${request.endpoint.raProfile.name}" wants a person to agree, and this SCEP profile lets no request wait for one`,
  })
}

function refusal(detail: string): ScepError {
  return new ScepError('challenge_refused', { detail })
}

import { ScepError, type Secret } from '@chancery/scep'
import { ChallengeReused } from '../challenge-reused.ts'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { ChallengeQuestion, ChallengeValidator } from '../ports.ts'
import type { RenewalRule } from '../renewal-rule.ts'
import { claimedNames } from '../template/names.ts'
import type { Trace } from '../trace.ts'
import type { Undecided, Warrant } from '../warrant.ts'

/** Who asks, and which question it is: what the rules do not look at. */
export type Asker = Pick<ChallengeQuestion, 'kind' | 'peer' | 'idempotencyKey'>

/**
 * Whether the device may ask at all. The last check, because it is the dearest, and because a request that would be
 * refused anyway must not reach the one who vouches. It only reads: the use is reserved together with the transaction.
 * The device hears one text whatever was wrong with the challenge (S-2.4-03).
 */
export async function challenge(request: EnrolmentRequest, asker: Asker, trace: Trace): Promise<Warrant | Undecided> {
  const { message, endpoint, subject, renews, now } = request
  const { challengePassword } = message
  if (renews !== undefined && !isAsked(request)) {
    trace.says('skipped', 'a renewal is vouched for by the certificate that signs it')
    return { authenticated: true, onlyByPerson: false, use: undefined }
  }
  if (endpoint.challenge === undefined) {
    trace.says('skipped', 'the SCEP profile asks for none')
    return { authenticated: false, onlyByPerson: false, use: undefined }
  }
  if (challengePassword === undefined) {
    const warrant = withoutChallenge(request)
    trace.says('skipped', 'the request carries none, and waits for a person')
    return warrant
  }
  return ask(
    endpoint.challenge,
    {
      scepProfileId: endpoint.scepProfile.id,
      challenge: challengePassword,
      // What it buys and not what was asked for: a template may make the subject of what no challenge is bound to.
      subject,
      subjectAltNames: claimedNames(request),
      transactionId: message.transactionId,
      csr: message.csr,
      scepProfile: endpoint.scepProfile.name,
      raProfile: endpoint.raProfile.name,
      ...asker,
      now,
    },
    trace,
  )
}

/** @throws {ScepError} `challenge_refused` */
export async function ask(
  validator: ChallengeValidator,
  question: ChallengeQuestion,
  trace: Trace,
): Promise<Warrant | Undecided> {
  const answer = await validator.validate(question)
  if (answer.verdict === 'undecided') {
    trace.says('undecided', answer.detail)
    return { undecided: answer.detail, retryAfterSeconds: answer.retryAfterSeconds }
  }
  trace.usedChallenge(answer.challenge, answer.verdict === 'accepted')
  // A wrong one never waits: the queue would be a way round the limits on guessing.
  if (answer.verdict === 'refused') {
    const cause = answer.reused === true ? { cause: new ChallengeReused(answer.detail) } : {}
    throw new ScepError('challenge_refused', { detail: answer.detail, ...cause })
  }
  if (answer.detail !== undefined) trace.says('passed', answer.detail)
  return { authenticated: true, onlyByPerson: false, use: answer.use }
}

function withoutChallenge({ endpoint, renews }: EnrolmentRequest): Warrant {
  // A renewal that must show a challenge is refused: the queue is for those who have nothing yet.
  if (renews === undefined && endpoint.scepProfile.waiting.withoutChallenge === 'wait') {
    return { authenticated: false, onlyByPerson: true, use: undefined }
  }
  throw new ScepError('challenge_refused', { detail: 'the request carries no challenge' })
}

/** Nobody is asked where the profile knows no challenges, whatever it says of renewals. */
function isAsked({ message, endpoint }: EnrolmentRequest): boolean {
  return endpoint.challenge !== undefined && RENEWAL[endpoint.scepProfile.renewal.challenge](message.challengePassword)
}

/**
 * Whether the challenge of a renewal is looked at. It is authenticated by its certificate, and clients send the old
 * challenge again, used up as it is, or an empty one, so by default it is not (S-2.4-13, S-2.4-14).
 */
const RENEWAL: Readonly<Record<RenewalRule['challenge'], (challenge: Secret | undefined) => boolean>> = {
  ignored: () => false,
  checked: (challenge) => challenge !== undefined,
  required: () => true,
}

import { ScepError } from '@chancery/scep'
import { ChallengeReused } from '../challenge-reused.ts'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { Warrant } from '../warrant.ts'

/**
 * Whether the device may ask at all. The last check, because it is the dearest, and because a request that would be
 * refused anyway must not reach the one who vouches. It only reads: the use is reserved together with the transaction.
 * The device hears one text whatever was wrong with the challenge (S-2.4-03).
 */
export async function challenge(request: EnrolmentRequest): Promise<Warrant> {
  const { message, endpoint, subject, subjectAltNames, renews, now } = request
  // A renewal is authenticated by its certificate. Clients send the old challenge again, used up as it is, or an empty
  // one: neither is looked at (S-2.4-13).
  if (renews !== undefined) return { authenticated: true, onlyByPerson: false, use: undefined }
  if (endpoint.challenge === undefined) return { authenticated: false, onlyByPerson: false, use: undefined }
  const { challengePassword } = message
  if (challengePassword === undefined) return withoutChallenge(request)
  const answer = await endpoint.challenge.validate({
    scepProfileId: endpoint.scepProfile.id,
    challenge: challengePassword,
    subject,
    subjectAltNames,
    transactionId: message.transactionId,
    now,
  })
  // A wrong one never waits: the queue would be a way round the limits on guessing.
  if (answer.verdict === 'refused') {
    const cause = answer.reused === true ? { cause: new ChallengeReused(answer.detail) } : {}
    throw new ScepError('challenge_refused', { detail: answer.detail, ...cause })
  }
  return { authenticated: true, onlyByPerson: false, use: answer.use }
}

function withoutChallenge({ endpoint }: EnrolmentRequest): Warrant {
  if (endpoint.scepProfile.waiting.withoutChallenge === 'wait') {
    return { authenticated: false, onlyByPerson: true, use: undefined }
  }
  throw new ScepError('challenge_refused', { detail: 'the request carries no challenge' })
}

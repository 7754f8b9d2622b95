import { ScepError, type Secret } from '@chancery/scep'
import { ChallengeReused } from '../challenge-reused.ts'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { ChallengeUse } from '../ports.ts'
import type { RenewalRule } from '../renewal-rule.ts'

/**
 * Whether the device may ask at all. The last check, because it is the dearest, and because a request that would be
 * refused anyway must not reach the one who vouches. It only reads: the use is reserved together with the transaction.
 * The device hears one text whatever was wrong with the challenge (S-2.4-03).
 */
export async function challenge(request: EnrolmentRequest): Promise<ChallengeUse | undefined> {
  const { message, endpoint, subject, subjectAltNames, renews, now } = request
  const { challengePassword } = message
  if (endpoint.challenge === undefined) return undefined
  if (renews !== undefined && !RENEWAL[endpoint.scepProfile.renewal.challenge](challengePassword)) return undefined
  if (challengePassword === undefined) {
    throw new ScepError('challenge_refused', { detail: 'the request carries no challenge' })
  }
  const answer = await endpoint.challenge.validate({
    scepProfileId: endpoint.scepProfile.id,
    challenge: challengePassword,
    subject,
    subjectAltNames,
    transactionId: message.transactionId,
    now,
  })
  if (answer.verdict === 'refused') {
    const cause = answer.reused === true ? { cause: new ChallengeReused(answer.detail) } : {}
    throw new ScepError('challenge_refused', { detail: answer.detail, ...cause })
  }
  return answer.use
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

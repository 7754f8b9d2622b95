import { ScepError } from '@chancery/scep'
import type { Attempt } from '../attempt.ts'
import type { Enrolment } from '../enrolment.ts'
import { goOn } from '../go-on.ts'
import { standing } from '../standing.ts'
import type { KnownTransaction } from '../transaction.ts'

/**
 * The very CSR of an earlier transaction in a message of another signer, for some clients make a new key for each attempt.
 * It has been vouched for again, so the answer is that of the earlier one; there is never a second certificate.
 * @throws {ScepError} nothing is to be had of it any more, or not here
 */
export async function repeat(attempt: Attempt, known: KnownTransaction | 'over'): Promise<Enrolment | 'overtaken'> {
  attempt.trace.asks('transaction')
  if (known === 'over') throw refusal('this certification request has had its certificate, which is over')
  if (known.raProfileId !== attempt.endpoint.raProfile.id) {
    throw refusal('this certification request has had its certificate through another RA profile')
  }
  const found = standing(known, known.csrContentDigest.equals(attempt.content), attempt.now)
  switch (found.answer) {
    case 'certificate':
    case 'complete':
    case 'give_up':
    case 'abandon':
      return goOn(attempt, known, found)
    default:
      throw refusal(`transaction ${known.uuid} of this certification request is over`)
  }
}

function refusal(detail: string): ScepError {
  return new ScepError('enrolment_refused', { detail })
}

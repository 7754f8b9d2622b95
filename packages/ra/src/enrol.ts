import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import { admit } from './admit.ts'
import { passwordOfReply } from './approval/wait.ts'
import { withdraw } from './approval/withdraw.ts'
import type { Attempt, EnrolPorts } from './attempt.ts'
import type { Endpoint } from './endpoint.ts'
import type { Enrolment } from './enrolment.ts'
import { contentDigest } from './enrolment-request.ts'
import { goOn } from './go-on.ts'
import { identify } from './identity.ts'
import { NO_ORIGIN, type Origin } from './origin.ts'
import { underRenewalRule } from './renewal-switch.ts'
import { recogniseSigner } from './signer.ts'
import { standing, standingWithoutRaProfile } from './standing.ts'
import { Trace } from './trace.ts'
import type { KnownTransaction } from './transaction.ts'
import { Unavailable } from './unavailable.ts'
import { isVouchedFor } from './vouched/kind.ts'

/** How often a request looks again after another message of the same transaction got ahead of it. */
const ROUNDS = 4

/**
 * One request for enrolment: recognised if it was asked before, judged if not, recorded, signed, answered.
 * A certificate is returned only after it is committed, and as it stands in the store.
 * @param trace takes what was asked and found on the way, also where the request is refused
 * @throws {ScepError} the request is refused
 * @throws {ConfigurationChanged} decide again on the newest configuration
 * @throws {Unavailable} our own fault; nothing is lost, the device may ask again
 */
export async function enrol(
  message: EnrolmentMessage,
  endpoint: Endpoint,
  ports: EnrolPorts,
  now: Date,
  origin: Origin = NO_ORIGIN,
  trace: Trace = new Trace(),
): Promise<Enrolment> {
  trace.asks('signer')
  const recognised = await recogniseSigner(message.signer, ports.inventory)
  if (recognised.renews !== undefined) trace.signedBy(recognised.renews.entry.uuid)
  else if (isVouchedFor(endpoint) && !recognised.digest.equals(message.csr.publicKey.digest())) {
    trace.says('passed', 'it has a key of its own, which is not the one to be certified')
  }
  trace.asks('renewalSwitch')
  const signer = underRenewalRule(recognised, message, endpoint)
  trace.asks('transaction')
  const identity = identify(endpoint.address, message.transactionId, signer)
  const content = contentDigest(message)
  const replyPassword = passwordOfReply(message)
  return proceed({ message, replyPassword, endpoint, ports, signer, identity, content, now, origin, trace })
}

/** @throws as `enrol` does */
export async function proceed(attempt: Attempt): Promise<Enrolment> {
  const found = attempt.trace.checks.length
  for (let round = 0; round < ROUNDS; round++) {
    attempt.trace.rewind(found)
    const known = await attempt.ports.ledger.find(attempt.identity)
    const answer = known === undefined ? await admit(attempt) : await resume(attempt, known)
    if (answer !== 'overtaken') return answer
  }
  throw new Unavailable('other messages of the same transaction kept getting ahead')
}

/** A message of an identity that has a transaction already. */
async function resume(attempt: Attempt, known: KnownTransaction): Promise<Enrolment | 'overtaken'> {
  const same = known.csrContentDigest.equals(attempt.content)
  const found = attempt.endpoint.raProfileIds.has(known.raProfileId)
    ? standing(known, same, attempt.now, attempt.endpoint.olderIssuerIds)
    : standingWithoutRaProfile(known, attempt.now)
  switch (found.answer) {
    case 'pending':
      return { status: 'pending', transaction: known.uuid }
    case 'expire':
      await attempt.ports.approvals.expire(known.uuid, attempt.now)
      return 'overtaken'
    case 'withdraw':
      await withdraw(known.uuid, attempt.ports.approvals, attempt.now)
      return 'overtaken'
    case 'certificate':
    case 'complete':
    case 'give_up':
    case 'abandon':
      return goOn(attempt, known, found)
    case 'conflict':
      throw new ScepError('transaction_conflict', { detail: `transaction ${known.uuid} is for another request` })
    case 'again':
      return judgeAgain(attempt, known.uuid)
    case 'supersede':
      return admit(attempt, { supersedes: known.uuid })
  }
}

/**
 * A transaction that was `received`, because somebody who was asked did not say: judged anew, and over once it is refused.
 * @throws {ScepError} the request is refused, by now
 */
export async function judgeAgain(attempt: Attempt, uuid: string): Promise<Enrolment | 'overtaken'> {
  try {
    return await admit(attempt, { continues: uuid })
  } catch (error) {
    // What another house refuses is written down already.
    if (!(error instanceof ScepError) || error.reason === 'authority_refused') throw error
    const refused = await attempt.ports.ledger.refuse(uuid, error.reason, attempt.now)
    if (refused.status === 'conflict') return 'overtaken'
    throw error
  }
}

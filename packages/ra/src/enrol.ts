import { type EnrolmentMessage, ScepError, type Secret } from '@chancery/scep'
import type { ApprovalQueue } from './approval/queue.ts'
import { needsPerson, passwordOfReply, wait } from './approval/wait.ts'
import { withdraw } from './approval/withdraw.ts'
import type { AuditActor } from './audit-event.ts'
import { certify } from './certify.ts'
import { ChallengeReused } from './challenge-reused.ts'
import { secondCertificate } from './checks/second-certificate.ts'
import type { Endpoint } from './endpoint.ts'
import type { Enrolment } from './enrolment.ts'
import { type AskedFor, contentDigest, type EnrolmentRequest, readEnrolmentRequest } from './enrolment-request.ts'
import { complete, type Finishing, signAndFinish } from './finish.ts'
import { idempotencyKey, identify } from './identity.ts'
import { type Applicant, issueEvent } from './issue-event.ts'
import { checkRules, judge } from './judge.ts'
import type { OrderBook } from './order/order-book.ts'
import type { OrderingAuthority } from './order/ordering-authority.ts'
import { placeOrder } from './order/place-order.ts'
import { pursue } from './order/pursue.ts'
import { NO_ORIGIN, type Origin } from './origin.ts'
import type {
  CertificateInventory,
  ChallengeUse,
  Identity,
  NewTransaction,
  TransactionLedger,
  UnitConflict,
} from './ports.ts'
import { prepareOrder } from './prepare-order.ts'
import { receive } from './receive.ts'
import { underRenewalRule } from './renewal-switch.ts'
import { recogniseSigner, type Signer } from './signer.ts'
import { standing, standingWithoutRaProfile } from './standing.ts'
import { Trace } from './trace.ts'
import type { KnownTransaction } from './transaction.ts'
import { ConfigurationChanged, Unavailable } from './unavailable.ts'
import { uuidV7 } from './uuid.ts'
import type { Undecided, Warrant } from './warrant.ts'

export interface EnrolPorts {
  readonly ledger: TransactionLedger
  readonly inventory: CertificateInventory
  readonly approvals: ApprovalQueue
  readonly orders: OrderBook
}

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

/** A request on its way, and whose it is. */
export interface Attempt {
  readonly message: AskedFor
  /** What the reply is encrypted with; undefined: the key of the signer. */
  readonly replyPassword: Secret | undefined
  readonly endpoint: Endpoint
  readonly ports: EnrolPorts
  readonly signer: Signer
  readonly identity: Identity
  readonly content: Buffer
  readonly now: Date
  readonly origin: Origin
  readonly trace: Trace
  /** Who asks over the administration and vouches for it: nobody is asked for a challenge. */
  readonly requestedBy?: AuditActor
}

/** Which transaction of its identity it becomes; neither: a new one. */
interface Place {
  /** It takes the place of this one, which is over. */
  readonly supersedes?: string
  /** It is this one, `received` before. */
  readonly continues?: string
}

/** A message of an identity that has a transaction already. */
async function resume(attempt: Attempt, known: KnownTransaction): Promise<Enrolment | 'overtaken'> {
  const same = known.csrContentDigest.equals(attempt.content)
  const found = attempt.endpoint.raProfileIds.has(known.raProfileId)
    ? standing(known, same, attempt.now, attempt.endpoint.olderIssuerIds)
    : standingWithoutRaProfile(known, attempt.now)
  // Decided again for a second answer as for a first one (design, rule 2).
  const handsOut = found.answer === 'certificate' || found.answer === 'complete'
  if (handsOut && !attempt.endpoint.enabledRaProfileIds.has(known.raProfileId)) {
    throw new ScepError('enrolment_refused', { detail: 'the RA profile of the transaction is switched off' })
  }
  switch (found.answer) {
    case 'certificate': {
      const { der: certificate, uuid: certificateUuid } = found.certificate
      return { status: 'issued', certificate, certificateUuid, transaction: known.uuid, repeated: true }
    }
    case 'pending':
      return { status: 'pending', transaction: known.uuid }
    case 'expire':
      await attempt.ports.approvals.expire(known.uuid, attempt.now)
      return 'overtaken'
    case 'withdraw':
      await withdraw(known.uuid, attempt.ports.approvals, attempt.now)
      return 'overtaken'
    case 'give_up':
      await attempt.ports.orders.expire(known.uuid, attempt.now)
      return 'overtaken'
    case 'complete':
      return known.elsewhere === undefined
        ? complete(known, finishing(attempt))
        : pursue(known.uuid, known.elsewhere.issuerId, attempt.endpoint, attempt.ports, attempt.origin)
    case 'abandon':
      await attempt.ports.ledger.abandon(known.uuid, attempt.now)
      return 'overtaken'
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

/** A new transaction: checked, prepared, recorded, signed; or put before a person. */
async function admit(attempt: Attempt, place: Place = {}): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, now, trace } = attempt
  trace.asks('template')
  const request = readEnrolmentRequest(message, endpoint, attempt.signer, now)
  const warrant = await judgeOrYield(attempt, request, place)
  if (warrant === 'overtaken') return warrant
  if ('undecided' in warrant) return undecided(attempt, warrant, place)
  trace.asks('secondCertificate')
  await secondCertificate(request, ports.inventory)
  trace.asks('authority')
  const order = prepareOrder(request)
  const transaction = newTransaction(attempt, place, warrant.use)
  const applicant = { ...applicantOf(attempt), transaction: transaction.uuid }
  if (needsPerson(request, warrant)) {
    trace.asks('approval')
    trace.says('waiting')
    const { replyPassword } = attempt
    const { issuerId } = order
    const waits = { message, replyPassword, request, warrant, issuerId, transaction, applicant }
    const recorded = await wait(waits, ports.approvals)
    if (recorded.status === 'conflict') return yieldTo(attempt, recorded.on, place)
    return { status: 'pending', transaction: transaction.uuid }
  }
  if (order.kind === 'ordering') return orderElsewhere(attempt, order.authority, transaction, place)
  const { authority, prepared } = order
  const service = { authority, scepProfile: endpoint.scepProfile }
  if (!authority.inProcess) {
    const begun = await ports.ledger.begin(transaction, prepared)
    if (begun.status === 'conflict') return yieldTo(attempt, begun.on, place)
    return signAndFinish(transaction.uuid, prepared, service, finishing(attempt))
  }
  const certificate = await certify(prepared, service, finishing(attempt))
  const issued = await ports.ledger.issue(transaction, certificate, [issueEvent(certificate, applicant, now)])
  if (issued.status === 'conflict') return yieldTo(attempt, issued.on, place)
  return {
    status: 'issued',
    certificate: issued.certificate ?? certificate.der,
    certificateUuid: certificate.uuid,
    transaction: transaction.uuid,
    repeated: false,
  }
}

/** Recorded before the first octet of it leaves. */
async function orderElsewhere(
  attempt: Attempt,
  authority: OrderingAuthority,
  transaction: NewTransaction,
  place: Place,
): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, signer, now, replyPassword } = attempt
  const order = await placeOrder(message.csr, authority, endpoint, now)
  const asked = { predecessor: signer.renews?.entry.uuid, challenge: replyPassword }
  const begun = await ports.orders.begin(transaction, order, asked)
  if (begun.status === 'conflict') return yieldTo(attempt, begun.on, place)
  return pursue(transaction.uuid, order.issuerId, endpoint, ports, attempt.origin)
}

function newTransaction(
  { message, endpoint, identity, content, now, requestedBy }: Attempt,
  { supersedes, continues }: Place,
  challengeUse?: ChallengeUse,
): NewTransaction {
  return {
    uuid: continues ?? uuidV7(now),
    identity,
    scepProfileId: endpoint.scepProfile.id,
    raProfileId: endpoint.raProfile.id,
    csrKeyDigest: message.csr.publicKey.digest(),
    csrContentDigest: content,
    configurationVersion: endpoint.configurationVersion,
    now,
    ...(supersedes === undefined ? {} : { supersedes }),
    ...(continues === undefined ? {} : { continues: true }),
    ...(challengeUse === undefined ? {} : { challengeUse }),
    ...(requestedBy === undefined ? {} : { requestedBy: requestedBy.name }),
  }
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

function finishing(attempt: Attempt): Finishing {
  const { message, endpoint, ports, signer, now } = attempt
  const keyDigest = message.csr.publicKey.digest()
  const predecessor = signer.renews?.entry.uuid
  return { endpoint, ledger: ports.ledger, keyDigest, predecessor, now, applicant: applicantOf(attempt) }
}

function applicantOf(attempt: Attempt): Omit<Applicant, 'transaction'> {
  const { identity, origin, endpoint, trace, requestedBy } = attempt
  return { identity, origin, raProfile: endpoint.raProfile.name, challenge: trace.challenge, requestedBy }
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

/** One that is over and still in its place got ahead of nobody. */
async function isOvertaken({ ports, identity }: Attempt, { supersedes, continues }: Place): Promise<boolean> {
  const known = await ports.ledger.find(identity)
  if (known === undefined || known.uuid === supersedes) return false
  return known.uuid !== continues || known.state !== 'received'
}

/** Another message was faster. Whether it was one of the same transaction, only a second look can tell. */
async function yieldTo(attempt: Attempt, on: UnitConflict, place: Place): Promise<'overtaken'> {
  if (on === 'configuration') throw new ConfigurationChanged('the configuration changed while the request was judged')
  if (on !== 'challenge' && on !== 'caps') return 'overtaken'
  if (await isOvertaken(attempt, place)) return 'overtaken'
  if (on === 'caps')
    throw new ScepError('too_many_waiting', { detail: 'so many requests without a challenge wait already' })
  const detail = 'the challenge was used up by another request at the same moment'
  attempt.trace.asks('challenge')
  throw new ScepError('challenge_refused', { detail, cause: new ChallengeReused(detail) })
}

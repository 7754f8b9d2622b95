import { challengePasswords, parseCertificationRequest } from '@chancery/pki'
import { type EnrolmentMessage, type PollMessage, REASONS, type Reason, ScepError, Secret } from '@chancery/scep'
import type { ApprovalQueue } from './approval/queue.ts'
import { passwordOfReply } from './approval/wait.ts'
import type { Endpoint } from './endpoint.ts'
import { judgeAgain } from './enrol.ts'
import type { Enrolment } from './enrolment.ts'
import { complete } from './finish.ts'
import { identify } from './identity.ts'
import type { OrderBook } from './order/order-book.ts'
import { pursue } from './order/pursue.ts'
import { NO_ORIGIN, type Origin } from './origin.ts'
import type { CertificateInventory, Identity, TransactionLedger } from './ports.ts'
import { underRenewalRule } from './renewal-switch.ts'
import { findSigner, type Signer } from './signer.ts'
import { isTooLate, isVoid } from './standing.ts'
import { Trace } from './trace.ts'
import type { KnownTransaction } from './transaction.ts'
import { Unavailable } from './unavailable.ts'
import { releaseIssued } from './vouched/release.ts'
import type { VouchedRequests } from './vouched/vouched-requests.ts'

export interface PollPorts {
  readonly ledger: TransactionLedger
  readonly inventory: CertificateInventory
  readonly approvals: ApprovalQueue
  readonly orders: OrderBook
  readonly vouched: VouchedRequests
}

/** How often a poll looks again after another message of the same transaction got ahead of it. */
const ROUNDS = 4

/**
 * What became of an enrolment (RFC 8894 §4.4). Only who signed the request hears of it: whoever polls with another key is
 * answered as if there were no such transaction, for transactionIDs can be guessed (S-5.2-09). A poll makes nothing new:
 * it signs what was ordered before, and has judged what nobody has judged yet.
 * @param trace takes what was asked and found on the way
 * @throws {ScepError} the answer is FAILURE
 * @throws {Unavailable} our own fault; nothing is lost, the device may ask again
 */
export async function poll(
  message: PollMessage,
  endpoint: Endpoint,
  ports: PollPorts,
  now: Date,
  origin: Origin = NO_ORIGIN,
  trace: Trace = new Trace(),
): Promise<Enrolment> {
  trace.asks('signer')
  const signer = await findSigner(message.signer, ports.inventory)
  if (signer === undefined) throw unknown('signed with a certificate that was not issued here')
  if (signer.renews !== undefined) trace.signedBy(signer.renews.entry.uuid)
  trace.asks('transaction')
  const asked = trace.checks.length
  for (let round = 0; round < ROUNDS; round++) {
    trace.rewind(asked)
    const found = await findOwn(message, signer, endpoint, ports)
    if (found === undefined) throw unknown('nobody with this key has asked here under this transactionID')
    const { known, ...own } = found
    const answer = await answerOf(known, { ...own, message, endpoint, ports, now, origin, trace })
    if (answer !== 'overtaken') return answer
  }
  throw new Unavailable('other messages of the same transaction kept getting ahead')
}

/**
 * A certificate of ours asks for its renewal, unless its request counted as a first one of its key (S-2.5-06), or the
 * device signs with it what it began with a certificate of its own making: the key is the same.
 */
async function findOwn(
  { transactionId }: PollMessage,
  signer: Signer,
  { address }: Endpoint,
  { ledger }: PollPorts,
): Promise<{ known: KnownTransaction; signer: Signer; identity: Identity } | undefined> {
  const { renews } = signer
  const asOwnKey = renews && {
    kind: 'initial' as const,
    digest: renews.certificate.publicKey.digest(),
    renews: undefined,
  }
  for (const one of asOwnKey === undefined ? [signer] : [signer, asOwnKey]) {
    const identity = identify(address, transactionId, one)
    const known = await ledger.find(identity)
    if (known !== undefined) return { known, signer: one, identity }
  }
  return undefined
}

interface Polled {
  readonly message: PollMessage
  readonly signer: Signer
  readonly identity: Identity
  readonly endpoint: Endpoint
  readonly ports: PollPorts
  readonly now: Date
  readonly origin: Origin
  readonly trace: Trace
}

async function answerOf(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  const { uuid, state, raProfileId } = known
  if (!polled.endpoint.raProfileIds.has(raProfileId)) {
    throw new ScepError('enrolment_refused', { detail: `the RA profile of transaction ${uuid} was deleted` })
  }
  switch (state) {
    case 'received':
      if (isTooLate(known, polled.now)) throw new ScepError('approval_expired')
      return judge(known, polled)
    case 'awaiting_approval':
      polled.trace.asks('approval')
      if (isTooLate(known, polled.now)) throw new ScepError('approval_expired')
      polled.trace.says('waiting')
      return { status: 'pending', transaction: uuid }
    case 'ordered':
      return sign(known, polled)
    case 'issued':
      return handOut(known, polled)
    case 'failed':
      throw new ScepError('issue_failed', { detail: `transaction ${uuid} failed` })
    case 'denied':
    case 'refused':
      throw denied(known)
  }
}

/** The recorded request again, because nobody had said whether it may be. */
async function judge(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  const { endpoint, ports, identity } = polled
  const csr = await ports.ledger.receivedCsr(known.uuid)
  if (csr === undefined) return 'overtaken'
  const message = asAsked(polled.message, identity, csr)
  try {
    const signer = underRenewalRule(polled.signer, message, endpoint)
    const attempt = { ...polled, message, signer, content: known.csrContentDigest }
    const answer = await judgeAgain({ ...attempt, replyPassword: passwordOfReply(message) }, known.uuid)
    return answer === 'overtaken' || answer.status !== 'issued' ? answer : { ...answer, ...passwordOf(known) }
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    const { reason, detail = error.message, cause } = error
    throw new ScepError(badRequest(reason), { detail, cause })
  }
}

function asAsked(poll: PollMessage, { kind }: Identity, der: Buffer): EnrolmentMessage {
  const csr = parseCertificationRequest(der)
  const [challenge] = challengePasswords(csr)
  return {
    ...poll,
    messageType: kind === 'renewal' ? 'RenewalReq' : 'PKCSReq',
    csr,
    challengePassword: challenge === undefined ? undefined : new Secret(challenge),
  }
}

async function sign(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  requireProfile(known, polled)
  const signed = await (known.elsewhere === undefined
    ? signHere(known, polled)
    : askElsewhere(known, known.elsewhere.issuerId, polled))
  const answer = known.vouched ? await releaseIssued(signed, polled) : signed
  return answer === 'overtaken' || answer.status !== 'issued' ? answer : { ...answer, ...passwordOf(known) }
}

async function signHere(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  const { signer, endpoint, ports, now, identity, origin } = polled
  if (isVoid(known, now)) {
    await ports.ledger.abandon(known.uuid, now)
    return 'overtaken'
  }
  const predecessor = signer.renews?.entry.uuid
  return complete(known, {
    endpoint,
    ledger: ports.ledger,
    keyDigest: known.csrKeyDigest,
    predecessor,
    now,
    applicant: { identity, origin },
  })
}

async function askElsewhere(
  known: KnownTransaction,
  issuerId: number,
  { endpoint, ports, now, origin }: Polled,
): Promise<Enrolment | 'overtaken'> {
  if (isTooLate(known, now)) {
    await ports.orders.expire(known.uuid, now)
    return 'overtaken'
  }
  return pursue(known.uuid, issuerId, endpoint, ports, origin)
}

/** The same certificate as often as it is asked for: whether a reply arrived, nobody tells (RFC 8894 §7.4). */
async function handOut(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  const { uuid, certificate } = known
  if (certificate === undefined) throw unknown(`the certificate of transaction ${uuid} is not known any more`)
  requireProfile(known, polled)
  if (certificate.revoked) {
    throw new ScepError('enrolment_refused', { detail: `the certificate of transaction ${uuid} was revoked` })
  }
  if (certificate.release === 'unreported') {
    throw new ScepError('enrolment_refused', { detail: `the certificate of transaction ${uuid} was given up` })
  }
  const { der, uuid: certificateUuid, release } = certificate
  const issued = {
    status: 'issued',
    certificate: der,
    certificateUuid,
    transaction: uuid,
    repeated: true,
    ...passwordOf(known),
  } as const
  return release === 'free' ? issued : releaseIssued(issued, polled)
}

/** Decided again for a second answer as for a first one (design, rule 2). */
function requireProfile({ raProfileId }: KnownTransaction, { endpoint }: Polled): void {
  if (endpoint.enabledRaProfileIds.has(raProfileId)) return
  throw new ScepError('enrolment_refused', { detail: 'the RA profile of the transaction is switched off' })
}

function passwordOf({ challenge }: KnownTransaction): Pick<Extract<Enrolment, { status: 'issued' }>, 'password'> {
  return challenge === undefined ? {} : { password: challenge }
}

/** A poll that is refused is a badRequest, whichever rule it was that the request broke (S-4.4-03). */
function denied({ uuid, reason }: KnownTransaction): ScepError {
  return new ScepError(badRequest(reason), { detail: `transaction ${uuid} was denied: ${reason}` })
}

function badRequest(reason: Reason | undefined): Reason {
  return reason !== undefined && REASONS[reason]?.failInfo === 'badRequest' ? reason : 'enrolment_refused'
}

function unknown(detail: string): ScepError {
  return new ScepError('transaction_unknown', { detail })
}

import { parseCertificationRequest } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { certify } from '../certify.ts'
import type { Endpoint } from '../endpoint.ts'
import { signAndFinish } from '../finish.ts'
import { type Applicant, issueEvent } from '../issue-event.ts'
import type { OrderBook } from '../order/order-book.ts'
import type { OrderingAuthority } from '../order/ordering-authority.ts'
import { placeOrder } from '../order/place-order.ts'
import { pursue } from '../order/pursue.ts'
import { NO_ORIGIN } from '../origin.ts'
import type { CertificateInventory, TransactionLedger, UnitConflict } from '../ports.ts'
import type { PreparedOrder } from '../prepare-order.ts'
import type { ApproverRole } from '../profile.ts'
import { ConfigurationChanged, Unavailable } from '../unavailable.ts'
import { consentsThatCount, mayConsent, missingAfter } from './consent.ts'
import { type Decided, decidable, type NotDecidable } from './decidable.ts'
import type { ApprovalQueue, Decision, WaitingRequest } from './queue.ts'
import { rejudge } from './rejudge.ts'

export interface ApprovePorts {
  readonly approvals: ApprovalQueue
  readonly inventory: CertificateInventory
  readonly ledger: TransactionLedger
  readonly orders: OrderBook
}

export type ApprovalOutcome =
  | { readonly status: 'issued' }
  /** Approved; the authority signs elsewhere, and has not yet. */
  | { readonly status: 'ordered' }
  /** Approved, but it could not be signed. It may be approved again. */
  | { readonly status: 'failed'; readonly cause: unknown }
  /** It breaks a rule by now, and is denied. */
  | { readonly status: 'denied'; readonly error: ScepError }
  /** The endpoint does not issue now; the request goes on waiting. */
  | { readonly status: 'not_served'; readonly because: string }
  /** After a failed attempt its challenge was returned, and another request has used it up. */
  | { readonly status: 'challenge_gone' }
  /** Recorded; so many others must agree too. */
  | { readonly status: 'agreed'; readonly missing: number }
  /** This one has agreed before, which counts once; others must. */
  | { readonly status: 'repeated'; readonly missing: number }
  /** Nobody approves what he asked for himself. */
  | { readonly status: 'own_request' }
  /** The consent of such a one does not count here. */
  | { readonly status: 'not_counted'; readonly role: ApproverRole }
  | NotDecidable

/** Where a recorded request would be served now, or a sentence that says why it is not. */
export type FindService = (waiting: WaitingRequest) => Endpoint | string

/**
 * A person agrees. Where others must agree too, that is recorded; with the last of them the request is judged anew, for
 * much can change while it waits, and then signed and recorded like any other: in one commit where the key is in this
 * process, by way of `ordered` where it is not, or where another house makes the certificate.
 * @throws {ConfigurationChanged} decide again on the newest configuration
 */
export async function approve(
  uuid: string,
  decided: Decided,
  find: FindService,
  ports: ApprovePorts,
  now: Date,
): Promise<ApprovalOutcome> {
  for (;;) {
    const outcome = await approveOnce(uuid, decided, find, ports, now)
    // Each time round somebody else has decided something, so this ends.
    if (outcome.status !== 'overtaken') return outcome
  }
}

/** Somebody else decided in between. */
type Overtaken = { readonly status: 'overtaken' }

async function approveOnce(
  uuid: string,
  decided: Decided,
  find: FindService,
  ports: ApprovePorts,
  now: Date,
): Promise<ApprovalOutcome | Overtaken> {
  const found = await decidable(uuid, ports.approvals, now)
  if ('status' in found) return found
  const { waiting, csr, decide } = found
  if (waiting.requestedBy === decided.by) return { status: 'own_request' }
  const endpoint = find(waiting)
  if (typeof endpoint === 'string') return { status: 'not_served', because: endpoint }
  const approval = { waiting, decision: decide('approved', decided), endpoint, ports, now }
  const short = await consent(approval)
  if (short !== undefined) return short
  try {
    const order = await rejudge(waiting, csr, endpoint, ports.inventory, now)
    if (order.kind === 'ordering') return await askElsewhere(approval, csr, order.authority)
    return await (order.authority.inProcess ? issue(approval, order) : signElsewhere(approval, order))
  } catch (error) {
    if (error instanceof ScepError) return deny(approval, error)
    if (error instanceof Unavailable) return fail(approval, error.cause)
    throw error
  }
}

interface Approval {
  readonly waiting: WaitingRequest
  readonly decision: Decision
  readonly endpoint: Endpoint
  readonly ports: ApprovePorts
  readonly now: Date
}

/** Undefined: with this one it is enough, or was before and could not be signed then. */
async function consent(approval: Approval): Promise<ApprovalOutcome | Overtaken | undefined> {
  const { waiting, decision, endpoint, ports } = approval
  const rule = endpoint.raProfile.approval
  if (rule.role !== null && !mayConsent(decision.role, rule)) return { status: 'not_counted', role: rule.role }
  const missing = missingAfter(decision.by, waiting.approvals, rule)
  if (missing <= 0) return undefined
  const before = consentsThatCount(waiting.approvals, rule)
  if (before.some(({ by }) => by === decision.by)) return { status: 'repeated', missing }
  const outcome = await ports.approvals.agree(waiting, decision, endpoint.configurationVersion)
  return outcome.status === 'committed' ? { status: 'agreed', missing } : lost(outcome.on)
}

type ToSign = Extract<PreparedOrder, { kind: 'signing' }>

async function issue(approval: Approval, { prepared, authority }: ToSign): Promise<ApprovalOutcome | Overtaken> {
  const { waiting, decision, endpoint, ports, now } = approval
  const { csrKeyDigest: keyDigest, predecessor } = waiting
  const service = { authority, scepProfile: endpoint.scepProfile }
  const certificate = await certify(prepared, service, { keyDigest, predecessor, now })
  const event = issueEvent(certificate, applicantOf(approval), now)
  const version = endpoint.configurationVersion
  const outcome = await ports.approvals.issue(waiting, certificate, decision, version, [event])
  return outcome.status === 'committed' ? { status: 'issued' } : lost(outcome.on)
}

/** The device or the person that asked once, and the people who agreed since. */
function applicantOf({ waiting, decision, endpoint }: Approval): Applicant {
  const { uuid: transaction, endpoint: address, transactionId, signerDigest, approvals, requestedBy } = waiting
  return {
    transaction,
    identity: { endpoint: address, transactionId, signerDigest },
    origin: NO_ORIGIN,
    raProfile: endpoint.raProfile.name,
    requestedBy: requestedBy === undefined ? undefined : { kind: 'user', name: requestedBy },
    approvedBy: [...new Set([...approvals, decision].map(({ by }) => by))],
  }
}

async function signElsewhere(
  approval: Approval,
  { prepared, authority }: ToSign,
): Promise<ApprovalOutcome | Overtaken> {
  const { waiting, decision, endpoint, ports, now } = approval
  const { uuid, csrKeyDigest: keyDigest, predecessor } = waiting
  const ordered = await ports.approvals.order(waiting, prepared, decision, endpoint.configurationVersion)
  if (ordered.status === 'conflict') return lost(ordered.on)
  try {
    const applicant = applicantOf(approval)
    const finishing = { endpoint, ledger: ports.ledger, keyDigest, predecessor, now, applicant }
    const service = { authority, scepProfile: endpoint.scepProfile }
    const finished = await signAndFinish(uuid, prepared, service, finishing)
    // Overtaken by a poll, which has signed the same.
    return { status: finished === 'overtaken' || finished.status === 'issued' ? 'issued' : 'ordered' }
  } catch (error) {
    // It is recorded: whoever asks next has it signed.
    if (error instanceof Unavailable) return { status: 'ordered' }
    throw error
  }
}

/** Recorded with the decision; what a refusal there makes of it, the device hears when it asks again. */
async function askElsewhere(
  approval: Approval,
  csr: Buffer,
  authority: OrderingAuthority,
): Promise<ApprovalOutcome | Overtaken> {
  const { waiting, decision, endpoint, ports, now } = approval
  const order = await placeOrder(parseCertificationRequest(csr), authority, endpoint, now)
  const recorded = await ports.orders.approve(waiting, order, decision, endpoint.configurationVersion)
  if (recorded.status === 'conflict') return lost(recorded.on)
  try {
    const pursued = await pursue(waiting.uuid, order.issuerId, endpoint, ports)
    return { status: pursued === 'overtaken' || pursued.status === 'issued' ? 'issued' : 'ordered' }
  } catch (error) {
    if (error instanceof ScepError) return { status: 'denied', error }
    if (error instanceof Unavailable) return { status: 'ordered' }
    throw error
  }
}

async function deny({ waiting, decision, ports }: Approval, error: ScepError): Promise<ApprovalOutcome | Overtaken> {
  const outcome = await ports.approvals.deny(waiting, error.reason, 'returned', decision)
  return outcome.status === 'committed' ? { status: 'denied', error } : lost(outcome.on)
}

async function fail({ waiting, decision, ports }: Approval, cause: unknown): Promise<ApprovalOutcome | Overtaken> {
  const outcome = await ports.approvals.fail(waiting, decision)
  return outcome.status === 'committed' ? { status: 'failed', cause } : lost(outcome.on)
}

/** Of two who decide at once one wins; the other looks again. */
function lost(on: UnitConflict): ApprovalOutcome | Overtaken {
  if (on === 'configuration') throw new ConfigurationChanged('the configuration changed while the request was judged')
  return { status: on === 'challenge' ? 'challenge_gone' : 'overtaken' }
}

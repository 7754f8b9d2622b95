import { ScepError, type Secret } from '@chancery/scep'
import type { ApprovalQueue } from './approval/queue.ts'
import type { AuditActor } from './audit-event.ts'
import { ChallengeReused } from './challenge-reused.ts'
import type { Endpoint } from './endpoint.ts'
import type { AskedFor } from './enrolment-request.ts'
import type { Finishing } from './finish.ts'
import type { Applicant } from './issue-event.ts'
import type { OrderBook } from './order/order-book.ts'
import type { Origin } from './origin.ts'
import type {
  CertificateInventory,
  ChallengeUse,
  Identity,
  NewTransaction,
  TransactionLedger,
  UnitConflict,
} from './ports.ts'
import type { Signer } from './signer.ts'
import type { Trace } from './trace.ts'
import { ConfigurationChanged } from './unavailable.ts'
import { uuidV7 } from './uuid.ts'
import type { VouchedRequests } from './vouched/vouched-requests.ts'

export interface EnrolPorts {
  readonly ledger: TransactionLedger
  readonly inventory: CertificateInventory
  readonly approvals: ApprovalQueue
  readonly orders: OrderBook
  readonly vouched: VouchedRequests
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
export interface Place {
  /** It takes the place of this one, which is over. */
  readonly supersedes?: string
  /** It is this one, `received` before. */
  readonly continues?: string
}

export function newTransaction(
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

export function finishing(attempt: Attempt): Finishing {
  const { message, endpoint, ports, signer, now } = attempt
  const keyDigest = message.csr.publicKey.digest()
  const predecessor = signer.renews?.entry.uuid
  return { endpoint, ledger: ports.ledger, keyDigest, predecessor, now, applicant: applicantOf(attempt) }
}

export function applicantOf(attempt: Attempt): Omit<Applicant, 'transaction'> {
  const { identity, origin, endpoint, trace, requestedBy } = attempt
  return { identity, origin, raProfile: endpoint.raProfile.name, challenge: trace.challenge, requestedBy }
}

/** One that is over and still in its place got ahead of nobody. */
export async function isOvertaken({ ports, identity }: Attempt, { supersedes, continues }: Place): Promise<boolean> {
  const known = await ports.ledger.find(identity)
  if (known === undefined || known.uuid === supersedes) return false
  return known.uuid !== continues || known.state !== 'received'
}

/** Another message was faster. Whether it was one of the same transaction, only a second look can tell. */
export async function yieldTo(attempt: Attempt, on: UnitConflict, place: Place): Promise<'overtaken'> {
  if (on === 'configuration') throw new ConfigurationChanged('the configuration changed while the request was judged')
  if (on !== 'challenge' && on !== 'caps') return 'overtaken'
  if (await isOvertaken(attempt, place)) return 'overtaken'
  if (on === 'caps')
    throw new ScepError('too_many_waiting', { detail: 'so many requests without a challenge wait already' })
  const detail = 'the challenge was used up by another request at the same moment'
  attempt.trace.asks('challenge')
  throw new ScepError('challenge_refused', { detail, cause: new ChallengeReused(detail) })
}

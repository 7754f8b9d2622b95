import type { Reason, Secret, TransactionId } from '@chancery/scep'
import type { AuditEvent } from '../audit-event.ts'
import type { NewCertificate, NewTransaction, PreparedCertificate, UnitOutcome } from '../ports.ts'
import type { TransactionKind, TransactionState } from '../transaction.ts'

/** What is recorded of a request that waits for a person, beside the transaction itself. */
export interface NewWaiting {
  /** PKCS#10 with its challenge in it: it is sealed, and gone once it is decided for good (design, rule 5). */
  readonly csr: Buffer
  /** Kept, sealed too, where the reply will have to be encrypted with it. */
  readonly challenge: Secret | undefined
  /** RFC 4514. */
  readonly subject: string
  /** Generation of the CA that would have signed when it was asked. */
  readonly issuerId: number
  /** UUID of the certificate that it renews. */
  readonly predecessor: string | undefined
  /** Where it came from, as the caps count it. */
  readonly source: string | undefined
  readonly expiresAt: Date
  /** A challenge or a certificate of ours stands behind it. */
  readonly authenticated: boolean
  /** Nothing is written where so many wait already. */
  readonly caps: WaitingCaps | undefined
}

/** How many unauthenticated requests may wait at a SCEP profile. */
export interface WaitingCaps {
  readonly mostWaiting: number
  readonly mostWaitingPerSource: number
}

/** What a person said about a request, or that nobody did in time. */
export interface Decision {
  readonly uuid: string
  readonly decision: 'approved' | 'rejected' | 'expired'
  readonly comment: string | null
  readonly by: string
  /** What that one was in the administration; null: an administrator, from before there were roles, or nobody at all. */
  readonly role: string | null
  readonly at: Date
}

/** A request that waits or has waited for a person. */
export interface WaitingRequest {
  /** Of the transaction. */
  readonly uuid: string
  readonly state: TransactionState
  readonly endpoint: string
  readonly kind: TransactionKind
  readonly transactionId: TransactionId
  readonly signerDigest: Buffer
  readonly scepProfileId: number
  readonly raProfileId: number
  readonly csrKeyDigest: Buffer
  /** Generation of the CA that was asked; once it is signed, the one that did. */
  readonly issuerId: number
  /** Undefined once nothing is left to decide. */
  readonly csr: Buffer | undefined
  readonly subject: string
  readonly predecessor: string | undefined
  readonly source: string | undefined
  readonly authenticated: boolean
  readonly since: Date
  readonly expiresAt: Date | undefined
  readonly reason: Reason | undefined
  readonly certificateUuid: string | undefined
  /** What became of the use of its challenge; undefined: it needs none. */
  readonly challengeUse: 'reserved' | 'spent' | 'returned' | undefined
  /** The last one. */
  readonly decision: Decision | undefined
  /** All who agreed, the first of them first. */
  readonly approvals: readonly Decision[]
  /** Rises with each decision of a person. What rests on those before it is written only while it is the same. */
  readonly decisions: number
  /** Who asked for it over the administration; undefined: a device did. */
  readonly requestedBy: string | undefined
}

/**
 * Requests that wait for a person. Every writer is one commit, conditional on the state: of two who decide at once one
 * wins, and the other hears `state`. Those that count who agreed (`agree`, `issue`, `order`) are conditional on `decisions`
 * too, so that of two who agree at once each is counted, and one of them is the last.
 */
export interface ApprovalQueue {
  /** A new transaction `awaiting_approval`; the use of its challenge is reserved. */
  wait(transaction: NewTransaction, waiting: NewWaiting, audit?: readonly AuditEvent[]): Promise<UnitOutcome>
  find(uuid: string): Promise<WaitingRequest | undefined>
  /** Goes on waiting: somebody agreed, and others must too. */
  agree(request: WaitingRequest, decision: Decision, version: number): Promise<UnitOutcome>
  /** → issued, with the certificate; the use is spent. */
  issue(
    request: WaitingRequest,
    certificate: NewCertificate,
    decision: Decision,
    version: number,
    audit?: readonly AuditEvent[],
  ): Promise<UnitOutcome>
  /** → ordered, for an authority that signs elsewhere; `finish` or `abandon` of the ledger follow. */
  order(
    request: WaitingRequest,
    prepared: PreparedCertificate,
    decision: Decision,
    version: number,
  ): Promise<UnitOutcome>
  /** → failed: it could not be signed. The use is returned, and the request is kept for another try. */
  fail(request: WaitingRequest, decision: Decision): Promise<UnitOutcome>
  /**
   * → denied, for good. A person's refusal spends the use (design, rule 4), also one that was returned, if it is still there; a rule that is
   * broken returns it.
   */
  deny(request: WaitingRequest, reason: Reason, use: 'spent' | 'returned', decision: Decision): Promise<UnitOutcome>
  /** → denied, because nobody decided in time; the use is returned. */
  expire(uuid: string, now: Date): Promise<UnitOutcome>
}

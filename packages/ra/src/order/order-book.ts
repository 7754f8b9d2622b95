import type { Secret } from '@chancery/scep'
import type { Decision, WaitingRequest } from '../approval/queue.ts'
import type { AuditEvent } from '../audit-event.ts'
import type { Identity, NewCertificate, NewTransaction, UnitOutcome } from '../ports.ts'

/** What an authority elsewhere will be asked. */
export interface Wording {
  readonly upstreamTransactionId: string
  /** The exact octets. */
  readonly message: Buffer
  /** What the authority needs to understand the answer, such as a key: it is sealed. */
  readonly memo: Buffer
}

/** An order before its first octet left. */
export interface NewOrder extends Wording {
  readonly authorityId: number
  readonly issuerId: number
  /** When nothing is hoped for any more. */
  readonly expiresAt: Date
}

/** What has to be known when the answer comes, for the message that asked will not be at hand. */
export interface OrderOrigin {
  /** UUID of the certificate that it renews. */
  readonly predecessor: string | undefined
  /** The password of the reply, for a device whose key cannot decrypt. */
  readonly challenge: Secret | undefined
}

/** An order that whoever holds it may send. */
export interface RecordedOrder extends Omit<NewOrder, 'expiresAt'> {
  /** UUID of our transaction. */
  readonly transaction: string
  /** `pending`: the authority has it, and has not decided; `ordered`: whether it has it is not known. */
  readonly state: 'ordered' | 'pending'
  /** With this one. */
  readonly attempts: number
  /** Raised whenever somebody takes it: what is written under an older one is refused. */
  readonly fence: number
  /** SHA-256 of the SubjectPublicKeyInfo that the certificate must be for. */
  readonly csrKeyDigest: Buffer
  /** UUID of the certificate that it renews. */
  readonly predecessor: string | undefined
  readonly scepProfileId: number
  /** Who asked. */
  readonly identity: Pick<Identity, 'endpoint' | 'transactionId' | 'signerDigest'>
}

/** When it is sent or asked about again. */
export interface Postponement {
  readonly state: RecordedOrder['state']
  /** By a job. */
  readonly dueAt: Date
  /** Before that nobody asks, whoever wants to know. */
  readonly pauseSeconds: number
  /** What was wrong, for the administrator; null: nothing. */
  readonly trouble: string | null
}

export interface DueOrder {
  readonly transaction: string
  readonly expiresAt: Date
}

/** Orders of one authority that have no answer yet. */
export interface OpenOrders {
  readonly open: number
  /** The authority has them, and a person there has to decide. */
  readonly pending: number
  readonly oldest: Date | undefined
  /** Of the order that was sent last without success. */
  readonly trouble: string | undefined
}

/**
 * Orders of authorities elsewhere that have no answer yet. Every writer is one commit. What was issued is written by
 * whoever has it in hand; everything else only by who holds the order.
 */
export interface OrderBook {
  /** A new transaction `ordered` with its order; the use of its challenge is reserved. */
  begin(transaction: NewTransaction, order: NewOrder, origin: OrderOrigin): Promise<UnitOutcome>
  /** The same for a request that waited and that a person has approved. */
  approve(request: WaitingRequest, order: NewOrder, decision: Decision, version: number): Promise<UnitOutcome>
  /** `held`: somebody else is sending it, or did a moment ago. `gone`: it has its answer. */
  take(transaction: string, seconds: number): Promise<RecordedOrder | 'held' | 'gone'>
  /** → issued; the use is spent. Conflict `transaction`: such a certificate is in the inventory already. */
  issue(
    order: RecordedOrder,
    certificate: NewCertificate,
    now: Date,
    audit?: readonly AuditEvent[],
  ): Promise<UnitOutcome>
  postpone(order: RecordedOrder, postponement: Postponement): Promise<UnitOutcome>
  /** → refused, for good; the use is returned. */
  refuse(order: RecordedOrder, now: Date): Promise<UnitOutcome>
  /** → failed, because there was no answer in time; the use is returned. */
  expire(transaction: string, now: Date): Promise<UnitOutcome>
  isAnyDue(now: Date): Promise<boolean>
  /** The longest due first. */
  due(authorityId: number, now: Date, limit: number): Promise<DueOrder[]>
  count(authorityId: number): Promise<OpenOrders>
}

import type { Reason, Secret } from '@chancery/scep'

/** States of a SCEP transaction and the moves between them; every change of state goes through this table. */
export const NEXT = {
  received: ['awaiting_approval', 'ordered', 'issued', 'refused'],
  awaiting_approval: ['ordered', 'issued', 'denied', 'failed', 'refused'],
  // Refused: by an authority elsewhere.
  ordered: ['issued', 'failed', 'refused'],
  issued: [],
  denied: [],
  // Approved, and then it could not be signed: a person may approve again, or refuse.
  failed: ['ordered', 'issued', 'denied', 'failed'],
  refused: [],
} as const satisfies Record<string, readonly string[]>

export type TransactionState = keyof typeof NEXT

/** Whether the table allows a move. */
export function mayMove(from: TransactionState, to: TransactionState): boolean {
  return (NEXT[from] as readonly string[]).includes(to)
}

/** First enrolments and renewals never meet: the same key and transactionID may be used for both (certmonger, scepclient). */
export type TransactionKind = 'initial' | 'renewal'

/** A transaction as the store knows it: the newest of its identity that is not superseded. */
export interface KnownTransaction {
  readonly uuid: string
  readonly state: TransactionState
  readonly raProfileId: number
  /** SHA-256 of the SubjectPublicKeyInfo in the CSR. */
  readonly csrKeyDigest: Buffer
  /** SHA-256 over what the CSR asks for: subject, key, requested extensions; not its challenge, not its signature. */
  readonly csrContentDigest: Buffer
  /** Recorded TBSCertificate while `ordered`. */
  readonly ordered:
    | {
        readonly issuerId: number
        readonly serialNumber: Buffer
        readonly tbs: Buffer
        /** As it was prepared. */
        readonly shard?: number
        readonly at: Date
      }
    | undefined
  /** While `ordered` of an authority elsewhere, which makes the certificate itself: there is no TBS then. */
  readonly elsewhere?: { readonly issuerId: number } | undefined
  readonly certificate: IssuedCertificate | undefined
  /** When a decision that is waited for comes too late, or the answer of an authority elsewhere. */
  readonly expiresAt?: Date | undefined
  /** Why it was denied. */
  readonly reason?: Reason | undefined
  /** Somebody elsewhere vouched for it: what is issued is held until he has acknowledged it. */
  readonly vouched: boolean
  /** The challenge of a signer whose key cannot encrypt: the reply is encrypted with it (RFC 8894 §3.1). */
  readonly challenge?: Secret | undefined
}

/** A certificate of the inventory, as far as answering needs it. */
export interface IssuedCertificate {
  readonly uuid: string
  readonly der: Buffer
  readonly issuerId: number
  readonly notBefore: Date
  readonly notAfter: Date
  readonly revoked: boolean
  /** `held`: it must not leave yet. `unreported`: it never will (design, rule 11). */
  readonly release: 'free' | 'held' | 'unreported'
}

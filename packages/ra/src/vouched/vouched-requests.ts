import type { TransactionId } from '@chancery/scep'
import type { AuditEvent } from '../audit-event.ts'
import type { UnitOutcome } from '../ports.ts'
import type { KnownTransaction } from '../transaction.ts'

/** A certificate that is issued and that nobody gets before whoever vouched has heard of it (design, rule 11). */
export interface HeldCertificate {
  /** UUID. */
  readonly transaction: string
  /** Key of the voucher. */
  readonly voucher: string
  readonly transactionId: TransactionId
  /** As the device addressed it. */
  readonly endpoint: string
  readonly signerDigest: Buffer
  /** The exact PKCS#10. */
  readonly csr: Buffer
  /** DER. */
  readonly certificate: Buffer
  readonly certificateUuid: string
  /** RFC 4514. */
  readonly subject: string
  readonly revoked: boolean
  /** How often he was told in vain. */
  readonly attempts: number
  /** When he vouched for it. */
  readonly since: Date
}

/** How he was told. */
export interface ToldNames {
  readonly toldSerial: string
  readonly toldIssuer: string
}

/**
 * Requests that somebody vouched for, whose certificates are held until he has acknowledged them. They are recorded with
 * their transactions, as uses of a challenge are. Every writer is one commit.
 */
export interface VouchedRequests {
  /**
   * The transaction of exactly this CSR, whoever signed its message.
   * @returns `over`: it has had one, and there is nothing to be had of it any more
   */
  find(csr: Buffer): Promise<KnownTransaction | 'over' | undefined>
  /** Undefined: it is free, or given up, or there is no certificate yet. */
  held(transaction: string): Promise<HeldCertificate | undefined>
  /** Free from now on; its CSR is removed. With the certificate as it stands in the store. */
  release(held: HeldCertificate, told: ToldNames, audit: readonly AuditEvent[]): Promise<UnitOutcome>
  /** He was told in vain: when he is told again, and what was wrong. */
  postpone(held: HeldCertificate, dueAt: Date, trouble: string): Promise<UnitOutcome>
  /** Never handed out: he could not be told in time. Its CSR is removed. */
  giveUp(held: HeldCertificate, audit: readonly AuditEvent[]): Promise<UnitOutcome>
  isAnyDue(now: Date): Promise<boolean>
  /** The longest due first. */
  due(now: Date, limit: number): Promise<HeldCertificate[]>
}

import type { Secret, TransactionId } from '@chancery/scep'

/**
 * Somebody elsewhere who vouches for requests and has to hear what became of them: a certificate leaves only after he has
 * acknowledged it (design, rule 11).
 */
export interface Voucher {
  /** Names whom it speaks to and as whom: the same for all profiles that speak to the same one. 64 hexadecimal digits. */
  readonly key: string
  /** May be told again: he takes the same notice twice. */
  issued(notice: IssuedNotice): Promise<NoticeOutcome>
  /** Best effort: never throws, and never changes what the device hears. */
  failed(notice: FailedNotice): Promise<void>
}

interface Notice {
  /** As the device sent it. */
  readonly transactionId: TransactionId
  /** The exact PKCS#10. */
  readonly csr: Buffer
}

export interface IssuedNotice extends Notice {
  /** DER. */
  readonly certificate: Buffer
}

export interface FailedNotice extends Notice {
  /** Which of our reasons, or a fault of ours. */
  readonly reason: string
  /** One sentence without secrets. */
  readonly description: string
}

export type NoticeOutcome =
  /** He has it, under this serial number and issuer, by which he will name the certificate. */
  | { readonly status: 'acknowledged'; readonly toldSerial: string; readonly toldIssuer: string }
  /** `detail` is for the administrator. */
  | { readonly status: 'refused' | 'unavailable'; readonly detail: string }

/** What is recorded with the transaction: one CSR, one transaction; one challenge, one key. */
export interface VouchedRequest {
  /** Key of the voucher. */
  readonly voucher: string
  /** The exact PKCS#10: sealed, and only until he has heard of the outcome (design, rule 5). */
  readonly csr: Buffer
  readonly challenge: Secret
}

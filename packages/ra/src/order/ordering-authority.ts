import type { CertificationRequest } from '@chancery/pki'
import type { RecordedOrder, Wording } from './order-book.ts'

/**
 * A CA in another house, which makes the certificate itself. What it is asked is worded first, recorded, and only then
 * sent; an answer that is lost is asked for with the same octets (design, rule 3).
 */
export interface OrderingAuthority {
  readonly kind: 'ordering'
  readonly authorityId: number
  /** Generation of its CA whose certificates are expected. */
  readonly issuerId: number
  /** How long one `send` may take at most: so long nobody else sends the same. */
  readonly leaseSeconds: number
  /** Sends nothing of the request. @throws when the authority is not known well enough to be asked */
  word(csr: CertificationRequest): Promise<Wording>
  /** @throws when there is no answer that could be believed; nothing is known then of what became of it */
  send(order: RecordedOrder): Promise<OrderAnswer>
  /** What comes of some work, if it comes while a device can be let wait for it. The work goes on. */
  soon<T>(work: Promise<T>): Promise<T | 'later'>
  /** An answer may have taken long. */
  now(): Date
  /** For the log: what became of an order, whoever sent it. */
  report(order: RecordedOrder, outcome: ReportedOutcome): void
}

export type OrderAnswer =
  /** DER; it is for the key of the request, of the expected CA and within its validity. */
  | { readonly status: 'issued'; readonly certificate: Buffer }
  | { readonly status: 'pending' }
  /** `detail` is for the administrator. */
  | { readonly status: 'refused'; readonly detail: string }

export type ReportedOutcome =
  | { readonly status: 'issued' | 'pending' }
  | { readonly status: 'refused' | 'unavailable'; readonly detail: string }

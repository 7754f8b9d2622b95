import type { FailInfo, Reason } from '@chancery/scep'
import type { CheckVerdict, Vouched } from './trace.ts'

/**
 * What was decided about one message, and why. It holds neither the message nor its certification request, and no challenge
 * (design, rule 5).
 */
export interface DecisionRecord {
  /** Its time first, and that is `at`: by the UUID records are sorted and found by time. */
  readonly uuid: string
  readonly at: Date
  /** That the device was told, and that the log has. */
  readonly correlationId: string
  /** As addressed; null where nothing is served. */
  readonly endpoint: string | null
  readonly scepProfileId: number | null
  readonly raProfileId: number | null
  readonly messageType: string | null
  /** As the log and the metrics name it: `issued`, `pending`, `refused`, … */
  readonly outcome: string
  /** `Reason` of a refusal, or why nobody could be answered. */
  readonly reason: Reason | (string & {}) | null
  readonly failInfo: FailInfo | null
  /** UUID. */
  readonly transaction: string | null
  readonly transactionId: string | null
  /** UUID of the certificate that was delivered; else of the one of ours that signed. */
  readonly certificate: string | null
  /** UUID. */
  readonly challenge: string | null
  /** RFC 4514, as it was asked for. */
  readonly subject: string | null
  /** The program whose habits the message has. */
  readonly client: string | null
  readonly peer: string | null
  /** How many messages it stands for: more than one where only the number was kept. */
  readonly count: number
  readonly detail: DecisionDetail
}

export interface DecisionDetail {
  /** Those that were asked, in their order; `message` stands for all that is asked before anything of it is believed. */
  readonly checks: readonly (Omit<CheckVerdict, 'check'> & { readonly check: CheckVerdict['check'] | 'message' })[]
  /** What vouched for the request. */
  readonly vouched?: Vouched
  /** For the administrator; the device was told less. */
  readonly why?: string
  /** Of HTTP. */
  readonly status?: number
  readonly milliseconds?: Readonly<Record<'open' | 'decide' | 'seal' | 'total', number | null>>
  readonly octets?: number
  /** As the limits count it. */
  readonly source?: string
  readonly userAgent?: string
  /** What the client is recognised by. */
  readonly habits?: string
  /** Digest of the key of a self-signed signer, or of the certificate that signed, in hexadecimal. */
  readonly signer?: string
  readonly algorithms?: Readonly<Record<string, string>>
  readonly legacy?: readonly string[]
  readonly event?: string
}

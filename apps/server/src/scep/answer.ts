/** How a SCEP request ended, as the log and the metrics name it. */
export type Outcome =
  /** GetCACaps, GetCACert, GetCert or GetCRL was answered. */
  | 'served'
  | 'issued'
  /** The certificate of an earlier message of the same transaction was sent again. */
  | 'repeated'
  /** The certificate of an enrolment was sent to a poll; it was issued before (RFC 8894 §7.4). */
  | 'polled'
  | 'pending'
  /** A signed FAILURE. */
  | 'refused'
  /** HTTP 4xx: there is nobody to sign a reply for. */
  | 'rejected'
  /** HTTP 429: its sender failed too often, or asks too often. */
  | 'limited'
  /** HTTP 503: the device may ask again. */
  | 'unavailable'
  /** HTTP 500. */
  | 'failed'

export type SecurityEvent = 'challenge_reused'

/** What an administrator reads about a request. No secrets, nothing unprintable. */
export interface Report {
  readonly operation: string
  readonly outcome: Outcome
  readonly profile?: string
  readonly endpoint?: string
  readonly reason?: string
  readonly detail?: string
  /** The page that says what to do. */
  readonly see?: string
  readonly transactionId?: string
  /** SHA-256 of the key of a self-signed signer, or of the certificate that signed. */
  readonly signer?: string
  /** SHA-256 of the certification request. */
  readonly csr?: string
  readonly transaction?: string
  readonly legacy?: readonly string[]
  /** Something that somebody who watches for attacks wants to know. */
  readonly event?: SecurityEvent
  readonly err?: unknown
}

/** An answer that is ready to leave. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
  readonly retryAfterSeconds?: number
  /** Methods that would have been answered. */
  readonly allow?: string
  /** Leaves at a fixed time after its arrival, whatever making it took (design, rule 13). */
  readonly uniform?: true
  readonly report: Report
}

/** One line of plain text, for whoever cannot be sent a signed reply. */
export function line(status: number, text: string, report: Report): Answer {
  return { status, type: 'text/plain', body: Buffer.from(`${text}\n`), report }
}

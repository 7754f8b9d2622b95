import type { FailInfo } from './fail-info.ts'
import { REASONS, type Reason } from './reason.ts'
import type { ReplyTo } from './reply-to.ts'

export interface ScepErrorOptions {
  /** For the administrator only. */
  readonly detail?: string
  readonly cause?: unknown
  readonly replyTo?: ReplyTo
}

/** A message is refused. `message` is the text that may reach the peer; `detail` and `cause` stay in the log. */
export class ScepError extends Error {
  override readonly name = 'ScepError'
  readonly reason: Reason
  readonly code: `ERR_SCEP_${Uppercase<Reason>}`
  /** null: no CertRep can be made. */
  readonly failInfo: FailInfo | null
  readonly detail: string | undefined
  /** Whom a signed FAILURE goes to; known from the moment the transactionID is. */
  readonly replyTo: ReplyTo | undefined

  constructor(reason: Reason, options: ScepErrorOptions = {}) {
    const row = REASONS[reason]
    super(row.text, 'cause' in options ? { cause: options.cause } : undefined)
    this.reason = reason
    this.code = `ERR_SCEP_${reason.toUpperCase() as Uppercase<Reason>}`
    this.failInfo = row.failInfo
    this.detail = options.detail
    this.replyTo = options.replyTo
  }
}

export interface IntuneErrorOptions {
  readonly cause?: unknown
  readonly status?: number
  readonly retryAfterSeconds?: number | undefined
  /** `error` of the token endpoint (RFC 6749 §5.2). */
  readonly oauth?: string
  /** Numbers of Entra ID: to be shown, never to be decided upon. */
  readonly aadsts?: readonly number[]
  readonly correlationId?: string | undefined
  readonly traceId?: string | undefined
}

export type IntuneErrorCode =
  /** The profile's own settings cannot be used. */
  | 'ERR_INTUNE_SETTINGS'
  | 'ERR_INTUNE_UNREACHABLE'
  /** It wants to be asked later. */
  | 'ERR_INTUNE_BUSY'
  /** Entra ID gives no token. */
  | 'ERR_INTUNE_SIGN_IN'
  /** The token is not enough. */
  | 'ERR_INTUNE_FORBIDDEN'
  | 'ERR_INTUNE_SERVICE_NOT_FOUND'
  /** It answered with what no client can go on with. */
  | 'ERR_INTUNE_ANSWER'

/** Intune was not spoken to as it should be. The message is a sentence for the administrator, without any secret. */
export class IntuneError extends Error {
  override readonly name = 'IntuneError'
  readonly code: IntuneErrorCode
  readonly status: number | undefined
  readonly retryAfterSeconds: number | undefined
  readonly oauth: string | undefined
  readonly aadsts: readonly number[]
  readonly correlationId: string | undefined
  readonly traceId: string | undefined

  constructor(code: IntuneErrorCode, message: string, options: IntuneErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.status = options.status
    this.retryAfterSeconds = options.retryAfterSeconds
    this.oauth = options.oauth
    this.aadsts = options.aadsts ?? []
    this.correlationId = options.correlationId
    this.traceId = options.traceId
  }
}

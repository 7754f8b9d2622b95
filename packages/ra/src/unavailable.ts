/** Our own fault, and a passing one: HTTP 503 with Retry-After; what was begun is finished when the device asks again. */
export class Unavailable extends Error {
  readonly code = 'ERR_RA_UNAVAILABLE'
  override readonly name = 'Unavailable'
  readonly retryAfterSeconds: number

  constructor(message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5
  }
}

/** The decision rests on a configuration that is no longer the newest; decide again on the new one (design, rule 10). */
export class ConfigurationChanged extends Error {
  readonly code = 'ERR_RA_CONFIGURATION_CHANGED'
  override readonly name = 'ConfigurationChanged'
}

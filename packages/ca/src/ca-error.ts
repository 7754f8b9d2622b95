/** Why the CA would not prepare or sign. The message is a sentence for the administrator. */
export type CaErrorCode =
  /** The order asks for what the template or the rules for end entities do not allow. */
  | 'ERR_CA_ORDER'
  /** The template itself could make a dangerous or useless certificate. */
  | 'ERR_CA_TEMPLATE'
  /** The issuer cannot issue: no CA, expired, or its key is another one's. */
  | 'ERR_CA_ISSUER'
  /** A prepared certificate is signed once. */
  | 'ERR_CA_SPENT'

export class CaError extends Error {
  override readonly name = 'CaError'
  readonly code: CaErrorCode

  constructor(code: CaErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

export type PkiErrorCode = 'ERR_PKI_UNSUPPORTED' | 'ERR_PKI_INVALID'

/** Well-formed, but not to be used: an algorithm we do not have, a key out of bounds, a text that is no name. */
export class PkiError extends Error {
  readonly code: PkiErrorCode
  override readonly name = 'PkiError'

  constructor(code: PkiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

import { ScepError } from '@chancery/scep'

/** Another SCEP server cannot be used now. The message is a sentence for the administrator. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly code: 'ERR_UPSTREAM_UNREACHABLE' | 'ERR_UPSTREAM_CA' | 'ERR_UPSTREAM_BUSY' | 'ERR_UPSTREAM_REPLY'

  constructor(code: UpstreamError['code'], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** What our client says, as a sentence: it is a fault of the other server, and never of a device of ours. */
export function upstreamError(error: unknown, url: string): UpstreamError {
  if (error instanceof UpstreamError) return error
  if (!(error instanceof ScepError)) {
    const why = error instanceof Error ? error.message : 'unknown fault'
    return new UpstreamError('ERR_UPSTREAM_REPLY', `The SCEP server ${url} could not be asked: ${why}.`, {
      cause: error,
    })
  }
  const why = error.detail ?? error.message
  if (error.reason === 'transport_failed') {
    return new UpstreamError('ERR_UPSTREAM_UNREACHABLE', `The SCEP server ${url} does not answer: ${why}.`, {
      cause: error,
    })
  }
  const sentence = `The answer of the SCEP server ${url} cannot be accepted: ${error.message} (${why}).`
  return new UpstreamError('ERR_UPSTREAM_REPLY', sentence, { cause: error })
}

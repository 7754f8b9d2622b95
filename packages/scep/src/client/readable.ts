import { ScepError } from '../scep-error.ts'

/** What a peer wrote, or `reply_invalid` that says what could not be read. */
export function readable<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ScepError) throw cause
    const detail = `${what} cannot be read: ${cause instanceof Error ? cause.message : ''}`
    throw new ScepError('reply_invalid', { detail, cause })
  }
}

import type { IncomingMessage } from 'node:http'

const MOST_OCTETS = 32 * 1024 * 1024
const LONGEST_MILLISECONDS = 5000

/**
 * Reads what is left of a body that nobody wants, and keeps nothing of it: while a client is still sending, closing the
 * connection would reset it, and our answer would be lost on the way. Who sends too much or too slowly is not waited for.
 */
export function discardBody(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve()
    let octets = 0
    const done = () => {
      clearTimeout(timer)
      request.off('data', count)
      resolve()
    }
    const count = (chunk: Buffer) => {
      octets += chunk.length
      if (octets > MOST_OCTETS) done()
    }
    const timer = setTimeout(done, LONGEST_MILLISECONDS)
    request.on('data', count)
    for (const event of ['end', 'close', 'error'] as const) request.once(event, done)
    request.resume()
  })
}

import { type Enrolment, type Reply, ScepClient, ScepError } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import { observeFetch } from './observed-fetch.ts'

/** Pauses before the second and the third attempt. */
const PAUSES = [1_000, 4_000]

/**
 * Sends a request and waits for the reply. When the connection breaks, or the server says that it is its own fault, the same
 * request goes out again: the server recognises it by key and transactionID and answers with the same certificate.
 */
export async function sendRequest(url: string, enrolment: Enrolment, terminal: Terminal): Promise<Reply> {
  const { fetch, last } = observeFetch(terminal.fetch)
  const client = new ScepClient({ url, fetch })
  for (let attempt = 0; ; attempt++) {
    try {
      return await client.enrol(enrolment)
    } catch (error) {
      const pause = PAUSES[attempt]
      if (!(error instanceof ScepError) || pause === undefined || !mayHelp(error, last().status)) throw error
      terminal.err(`No answer (${error.detail ?? error.message}). Asking again in ${pause / 1000} s.\n`)
      await terminal.pause(pause)
    }
  }
}

/** With 4xx the server has read the request and would say the same again, unless it only asks for patience. */
function mayHelp(error: ScepError, status: number): boolean {
  return error.reason === 'transport_failed' && (status < 400 || status >= 500 || status === 429)
}

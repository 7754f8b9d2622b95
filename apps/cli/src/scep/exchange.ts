import { askUntilDecided, type Decision, ScepClient, ScepError } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import type { BuiltRequest } from './build-request.ts'
import { type Observation, observeFetch } from './observed-fetch.ts'
import { type PollOptions, waitingOf } from './poll-options.ts'

/** Pauses before the second and the third attempt. */
const PAUSES = [1_000, 4_000]

/**
 * Sends a request, or asks what became of one that was sent before, until the server has decided or a limit is reached.
 * @param first how to begin: a request that broke off is sent again, and polled for only when told to (S-5.2-07)
 */
export function askServer(
  url: string,
  { enrolment, poll }: BuiltRequest,
  options: PollOptions & { readonly first: 'request' | 'poll' },
  terminal: Terminal,
): Promise<Decision> {
  const { fetch, last } = observeFetch(terminal.fetch)
  const client = new ScepClient({ url, fetch })
  const send = () => persistently(() => client.enrol(enrolment), last, terminal)
  const ask = () => persistently(() => client.poll(poll), last, terminal)
  const again = options.pollBy === 'resend' ? send : ask
  return askUntilDecided(options.first === 'poll' ? again : send, again, waitingOf(options, terminal))
}

/**
 * When the connection breaks, or the server says that it is its own fault, the same goes out again: the server recognises
 * it by key and transactionID and gives the same answer.
 */
export async function persistently<T>(ask: () => Promise<T>, last: () => Observation, terminal: Terminal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
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

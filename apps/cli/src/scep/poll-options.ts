import { USUAL_PACE, type Waiting } from '@chancery/scep'
import { InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../terminal/duration.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What to do while the server has not decided. */
export interface PollOptions {
  readonly poll?: true
  readonly pollInterval?: string
  readonly maxPolls?: number
  readonly maxPollTime?: string
  readonly pollBy?: 'certpoll' | 'resend'
}

export const POLL_OPTIONS: readonly Option[] = [
  new Option('--poll', 'while the server has not decided, ask again until it has; any of the next three means it too'),
  new Option('--poll-interval <duration>', `pause before the first poll; later ones grow (default: ${duration()})`),
  new Option('--max-polls <n>', 'give up after so many polls').argParser(readCount),
  new Option('--max-poll-time <duration>', 'give up after so long'),
  new Option('--poll-by <how>', 'ask by CertPoll (20), or by sending the request again')
    .choices(['certpoll', 'resend'])
    .default('certpoll'),
]

/** Without a word about polling the server is asked once. */
export function waitingOf(options: PollOptions, terminal: Terminal): Waiting {
  const { poll, pollInterval, maxPolls, maxPollTime } = options
  const once = !poll && pollInterval === undefined && maxPolls === undefined && maxPollTime === undefined
  return {
    now: () => terminal.now(),
    random: () => terminal.random(),
    sleep: (milliseconds) => terminal.pause(milliseconds),
    pace: {
      ...(pollInterval !== undefined && { interval: parseDuration(pollInterval) * 1000 }),
      ...(maxPollTime !== undefined && { maximumTime: parseDuration(maxPollTime) * 1000 }),
      ...(maxPolls !== undefined && { maximumPolls: maxPolls }),
      ...(once && { maximumPolls: 0 }),
    },
    onPause: (milliseconds) =>
      terminal.err(`The server has not decided. Asking again in ${Math.round(milliseconds / 1000)} s.\n`),
  }
}

function readCount(text: string): number {
  if (!/^[0-9]{1,6}$/.test(text)) throw new InvalidArgumentError('It wants a number.')
  return Number(text)
}

function duration(): string {
  return `${USUAL_PACE.interval / 1000}s`
}

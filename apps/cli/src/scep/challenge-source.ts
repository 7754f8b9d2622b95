import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface ChallengeOptions {
  readonly challenge?: string
  readonly challengeFile?: string
}

/** @param meaning what it is for */
export const CHALLENGE_OPTIONS = (meaning: string): readonly Option[] => [
  new Option('--challenge <secret>', `${meaning}, or - for standard input; other users can see it on a command line`),
  new Option('--challenge-file <file>', 'a file with it, or -'),
]

/** The challenge from wherever it is: a file or standard input keep it out of the list of processes (S-2.4-11). */
export async function readChallenge(options: ChallengeOptions, terminal: Terminal): Promise<string | undefined> {
  const { challenge, challengeFile } = options
  if (challenge !== undefined && challengeFile !== undefined) {
    throw new CliFailure('failed', '--challenge and --challenge-file are both given: which one counts?')
  }
  if (challengeFile !== undefined) return readSecret(challengeFile, terminal)
  if (challenge === '-') return readSecret('-', terminal)
  return challenge
}

/** The same, or CHANCERY_CHALLENGE: for enrolments, where it is the usual thing. */
export async function readEnrolmentChallenge(
  options: ChallengeOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  return (await readChallenge(options, terminal)) ?? (terminal.env.CHANCERY_CHALLENGE || undefined)
}

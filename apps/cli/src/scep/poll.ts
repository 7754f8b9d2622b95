import { resolve } from 'node:path'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { EXIT, exitCodeHelp } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { VerbDefinition } from '../verb.ts'
import { CHALLENGE_OPTIONS, type ChallengeOptions, readEnrolmentChallenge } from './challenge-source.ts'
import { type EnrolmentState, enrolmentStateFile, enrolOnce } from './enrol-once.ts'
import { EXCHANGE_OPTIONS, type ExchangeOptions } from './exchange-options.ts'
import { POLL_OPTIONS, type PollOptions } from './poll-options.ts'
import { renewOnce } from './renew-once.ts'
import { type RenewalState, renewalStateFile } from './renewal-state.ts'
import { type RequestResult, reportResult } from './request-result.ts'
import { loadState } from './request-state.ts'
import { readFingerprint } from './trust.ts'
import { readWish } from './wish.ts'

interface PollVerbOptions extends ExchangeOptions, PollOptions, ChallengeOptions {
  readonly caFingerprint?: string
  readonly force?: true
}

export const pollVerb: VerbDefinition<PollVerbOptions> = {
  name: 'poll',
  summary: 'ask what became of a request that waits',
  description:
    'Asks a SCEP server what became of an enrolment or a renewal that it has not decided (CertPoll, the GetCertInitial of the drafts), and writes key.pem, cert.pem and ca.pem once it has issued. Everything but the challenge is in the folder: a request of an EC or Ed25519 key needs its challenge again, because the certificate comes protected by it.',
  argument: { name: 'folder', description: 'that "scep enrol" or "scep renew" was given' },
  options: [
    ...CHALLENGE_OPTIONS(
      'the challenge of the enrolment, for keys that are not RSA and for --poll-by resend (default: CHANCERY_CHALLENGE)',
    ),
    new Option('--ca-fingerprint <hex>', 'SHA-256 of the CA certificate (default: that of the CA trusted before)'),
    new Option('--force', 'replace files that are there'),
    ...POLL_OPTIONS,
    ...EXCHANGE_OPTIONS,
  ],
  examples: [
    'chancery scep poll device1',
    'chancery scep poll device1 --poll-interval 5m --max-poll-time 2h',
    'chancery scep poll device1 --challenge-file challenge.txt     # an EC key',
  ],
  next: '"openssl verify -CAfile FOLDER/ca.pem FOLDER/cert.pem" checks what you got.',
  epilogue: exitCodeHelp(),
  async run(options, terminal, argument) {
    reportResult(await resume(resolve(argument), options, terminal), options.json === true, terminal)
    return EXIT.ok.code
  },
}

async function resume(folder: string, options: PollVerbOptions, terminal: Terminal): Promise<RequestResult> {
  const enrolment = await loadState(enrolmentStateFile(folder))
  if (enrolment !== undefined) return resumeEnrolment(folder, enrolment, options, terminal)
  const renewal = await loadState(renewalStateFile(folder))
  if (renewal !== undefined) return resumeRenewal(folder, renewal, options, terminal)
  throw new CliFailure('failed', `Nothing is under way in ${folder}.`, {
    nextStep: 'It wants the folder of an enrolment or a renewal that ended with exit code 2.',
  })
}

async function resumeEnrolment(
  folder: string,
  state: EnrolmentState,
  options: PollVerbOptions,
  terminal: Terminal,
): Promise<RequestResult> {
  const { url, subject, subjectAltNames, keyType, sent } = state
  if (sent === undefined) {
    throw new CliFailure('failed', `The enrolment in ${folder} has not been sent.`, {
      nextStep: 'Repeat the "scep enrol" command that began it.',
    })
  }
  const wish = readWish(url, { subject, san: subjectAltNames, keyType })
  const fingerprint = options.caFingerprint === undefined ? sent.anchor : readFingerprint(options.caFingerprint)
  const challenge = await readEnrolmentChallenge(options, terminal)
  const resumed = { ...options, out: folder, resume: true } as const
  return enrolOnce({ wish, demand: { fingerprint }, challenge, options: resumed }, terminal)
}

/** A renewal knows its CA by ca.pem, and brings the password of its reply along. */
function resumeRenewal(
  folder: string,
  { url, keyType }: RenewalState,
  options: PollVerbOptions,
  terminal: Terminal,
): Promise<RequestResult> {
  const key = keyType === 'same' ? ({ sameKey: true } as const) : { keyType }
  return renewOnce(url, { ...options, ...key, in: folder, resume: true }, terminal)
}

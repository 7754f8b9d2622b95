import {
  CHALLENGE_LIMITS,
  type Client,
  type CreatedChallenge,
  createChallenges,
  type NewChallenge,
} from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { toCsv } from './csv.ts'
import { readWishes } from './wishes.ts'

export interface ManyOptions {
  readonly count?: string
  readonly from?: string
  readonly csv?: true
  readonly json?: true
}

/** One body for each challenge that is asked for; undefined: one alone. */
export async function bodiesOf(
  { count, from }: ManyOptions,
  common: NewChallenge,
  terminal: Terminal,
): Promise<NewChallenge[] | undefined> {
  if (from !== undefined) {
    if (count !== undefined || common.subject !== undefined || common.subjectAltNames !== undefined) {
      throw new CliFailure(
        'failed',
        'With --from, the file says how many there are and for whom: leave out --count, --subject and --san.',
      )
    }
    return (await readWishes(from, terminal)).map((wish) => ({ ...common, ...wish }))
  }
  if (count === undefined) return undefined
  const { maximum } = CHALLENGE_LIMITS.challenges
  if (!/^[1-9][0-9]{0,3}$/.test(count) || Number(count) > maximum) {
    throw new CliFailure('failed', `--count wants a whole number from 1 to ${maximum}, not "${count}".`)
  }
  return Array.from({ length: Number(count) }, () => common)
}

export async function createMany(
  client: Client,
  uuid: string,
  bodies: NewChallenge[],
  { csv, json }: ManyOptions,
  terminal: Terminal,
): Promise<void> {
  const created = await client.call(createChallenges, { params: { uuid }, body: bodies })
  if (json) terminal.out(`${JSON.stringify(created, null, 2)}\n`)
  else if (csv)
    terminal.out(
      toCsv([Object.keys(COLUMNS), ...created.map((one) => Object.values(COLUMNS).map((column) => column(one)))]),
    )
  else for (const one of created) terminal.out(`${line(one)}\n`)
  const [first] = created
  if (first === undefined || json) return
  terminal.err(
    `${created.length} challenges of profile "${first.scepProfile}", good until ${first.expiresAt} at ${first.scepUrl}; the SHA-256 of the CA is ${first.caFingerprint}.\n`,
  )
}

const COLUMNS: Readonly<Record<string, (created: CreatedChallenge) => string>> = {
  challenge: ({ challenge }) => challenge,
  subject: ({ subject }) => subject ?? '',
  subjectAltNames: ({ subjectAltNames }) => (subjectAltNames ?? []).join(' '),
  uses: ({ uses }) => String(uses),
  expiresAt: ({ expiresAt }) => expiresAt,
  uuid: ({ uuid }) => uuid,
  scepUrl: ({ scepUrl }) => scepUrl,
  caFingerprint: ({ caFingerprint }) => caFingerprint,
}

function line({ challenge, subject, subjectAltNames }: CreatedChallenge): string {
  return [challenge, printable(subject ?? ''), printable((subjectAltNames ?? []).join(' '))].join('  ').trimEnd()
}

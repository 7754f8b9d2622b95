import { getIntuneStatus, type IntuneStatus } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'

interface StatusOptions {
  readonly server?: string
  readonly profile?: string
}

export const intuneStatusVerb: VerbDefinition<StatusOptions> = {
  name: 'status',
  summary: 'how Intune was reached the last time, and what it has not acknowledged',
  description:
    'Shows the last contact of each kind with its outcome, the certificates that Intune has not acknowledged, and when the client secret or certificate ends. It asks nobody.',
  argument: { name: 'profile', description: 'the SCEP profile (default: "default")', optional: true },
  options: [new Option('--profile <name>', 'the same as the argument').hideHelp(), serverOption()],
  examples: ['chancery intune status phones', 'chancery intune status phones --json'],
  next: '"chancery intune test" tries the connection now; "chancery decision list" has what became of single requests.',
  async run({ server, profile: option, json }, terminal, argument) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, argument || option || 'default')
    const status = await client.call(getIntuneStatus, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(status, null, 2)}\n` : `${lines(status).join('\n')}\n`)
    for (const warning of status.warnings) terminal.err(`warning: ${warning}\n`)
    return EXIT.ok.code
  },
}

function lines({ contacts, held, unreported, secretExpiresAt }: IntuneStatus): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ...(contacts.length === 0 ? [['contacts', 'none yet'] as const] : []),
    ...contacts.map(
      ({ call, at, outcome, detail }) => [call, `${at}  ${outcome}${detail === null ? '' : `: ${detail}`}`] as const,
    ),
    ['held', `${held} issued and not handed out until Intune acknowledges`],
    ['unreported', `${unreported} never handed out, for Intune could not be told in time`],
    ['key ends', secretExpiresAt ?? 'nobody wrote it down'],
  ]
  return rows.map(([name, value]) => `${name.padEnd(10)}  ${printable(value)}`)
}

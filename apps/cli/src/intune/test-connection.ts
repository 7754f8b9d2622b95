import { type IntuneTest, testIntune } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'

interface TestOptions {
  readonly server?: string
  readonly profile?: string
}

export const testIntuneVerb: VerbDefinition<TestOptions> = {
  name: 'test',
  summary: 'try the connection to Intune as a SCEP profile is set',
  description:
    'The server signs in at Entra, looks for Intune and says step by step what it found and which permissions were granted. Nothing is validated, issued or collected. It ends with 1 where a step failed.',
  argument: { name: 'profile', description: 'the SCEP profile (default: "default")', optional: true },
  options: [new Option('--profile <name>', 'the same as the argument').hideHelp(), serverOption()],
  examples: ['chancery intune test phones', 'chancery intune test phones --json'],
  next: '"chancery profile set" changes the settings; docs/guide/intune.md has what Entra and Intune need.',
  async run({ server, profile: option, json }, terminal, argument) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, argument || option || 'default')
    const result = await client.call(testIntune, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(result, null, 2)}\n` : `${lines(result).join('\n')}\n`)
    return result.ok ? EXIT.ok.code : EXIT.failed.code
  },
}

function lines({ steps, roles, milliseconds }: IntuneTest): string[] {
  const width = Math.max(...steps.map(({ step }) => step.length), TOOK.length)
  const rows: readonly (readonly [string, string])[] = [
    ...steps.map(({ step, verdict, sentence }) => [step, `${verdict.padEnd(7)}  ${sentence}`] as const),
    ['roles', `Graph: ${listed(roles.graph)}; Intune: ${listed(roles.intune)}`],
    [TOOK, `${milliseconds} ms`],
  ]
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`)
}

const TOOK = 'took'

function listed(roles: readonly string[]): string {
  return roles.length === 0 ? 'none known' : roles.join(', ')
}

import { testWebhook, type WebhookTest } from '@chancery/api'
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

export const testWebhookVerb: VerbDefinition<TestOptions> = {
  name: 'test-webhook',
  summary: 'ask the webhook of a SCEP profile about a sample request',
  description:
    'The server asks the webhook once, with kind "test" and a challenge that no device has, and says what came back. Nothing is issued. It ends with 1 where what came back counts as no answer.',
  argument: { name: 'name', description: 'the profile (default: "default")', optional: true },
  options: [new Option('--profile <name>', 'the same as the argument').hideHelp(), serverOption()],
  examples: ['chancery profile test-webhook', 'chancery profile test-webhook factory --json'],
  next: '"chancery profile set" changes the webhook; docs/operate/webhook-challenges.md has what it is sent and must answer.',
  async run({ server, profile: option, json }, terminal, argument) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, argument || option || 'default')
    const result = await client.call(testWebhook, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(result, null, 2)}\n` : `${lines(result).join('\n')}\n`)
    return result.decision === 'none' ? EXIT.failed.code : EXIT.ok.code
  },
}

function lines({ decision, reason, retryAfterSeconds, fault, milliseconds }: WebhookTest): string[] {
  const rows: readonly (readonly [string, string | null])[] = [
    ['decision', decision === 'none' ? 'none: a device would be told to ask again' : decision],
    ['reason', reason],
    ['fault', fault],
    ['ask again', retryAfterSeconds === null ? null : `after ${retryAfterSeconds} s`],
    ['took', `${milliseconds} ms`],
  ]
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(9)}  ${printable(value)}`]))
}

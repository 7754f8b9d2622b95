import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findChannel } from './find-channel.ts'
import { channelLines } from './lines.ts'

export const showChannelVerb: VerbDefinition<{ readonly server?: string }> = {
  name: 'show',
  summary: 'show a notice channel',
  description: 'Shows where a channel leads, and what it is told of. The key of a webhook is never shown.',
  argument: { name: 'name', description: 'the channel' },
  options: [serverOption()],
  examples: ['chancery channel show ops'],
  next: '"chancery channel set NAME" changes it.',
  async run({ server, json }, terminal, name) {
    const channel = await findChannel(await connect(server, terminal), name)
    terminal.out(json ? `${JSON.stringify(channel, null, 2)}\n` : `${channelLines(channel).join('\n')}\n`)
    return EXIT.ok.code
  },
}

import { testNoticeChannel } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'
import { findChannel } from './find-channel.ts'

export const testChannelVerb: VerbDefinition<{ readonly server?: string }> = {
  name: 'test',
  summary: 'send a trial notice',
  description:
    'The server sends a notice of the event "test" at once, also where the channel is switched off, and says what came of it. It ends with 1 where it was not delivered.',
  argument: { name: 'name', description: 'the channel' },
  options: [serverOption()],
  examples: ['chancery channel test ops'],
  next: '"chancery channel set NAME" changes where it leads.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findChannel(client, name)
    const result = await client.call(testNoticeChannel, { params: { uuid } })
    const { delivered, trouble, milliseconds } = result
    const told = delivered ? `delivered in ${milliseconds} ms` : `not delivered: ${trouble}`
    terminal.out(json ? `${JSON.stringify(result, null, 2)}\n` : `${printable(told)}\n`)
    return delivered ? EXIT.ok.code : EXIT.failed.code
  },
}

import { deleteNoticeChannel } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findChannel } from './find-channel.ts'

export const deleteChannelVerb: VerbDefinition<{ readonly server?: string }> = {
  name: 'delete',
  summary: 'delete a notice channel',
  description: 'Deletes a notice channel: what it has not been told yet it is not told any more.',
  argument: { name: 'name', description: 'the channel' },
  options: [serverOption()],
  examples: ['chancery channel delete ops'],
  next: '"chancery channel set NAME --enabled off" only keeps it silent.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const channel = await findChannel(client, name)
    await client.call(deleteNoticeChannel, { params: { uuid: channel.uuid } })
    terminal.out(json ? `${JSON.stringify(channel, null, 2)}\n` : `deleted: ${channel.name} (${channel.uuid})\n`)
    return EXIT.ok.code
  },
}

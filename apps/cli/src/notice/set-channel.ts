import { updateNoticeChannel } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { CHANNEL_OPTIONS, type ChannelOptions, channelUpdate, EVENTS_EPILOGUE } from './channel-options.ts'
import { findChannel } from './find-channel.ts'
import { channelLines } from './lines.ts'

interface SetOptions extends ChannelOptions {
  readonly server?: string
  readonly enabled?: 'on' | 'off'
}

export const setChannelVerb: VerbDefinition<SetOptions> = {
  name: 'set',
  summary: 'change a notice channel',
  description:
    'Changes a notice channel; what is not given stays as it is, the key of a webhook too. Of what happens while a channel is switched off it is not told; what waits for it waits on.',
  argument: { name: 'name', description: 'the channel' },
  options: [
    ...CHANNEL_OPTIONS,
    new Option('--enabled <on|off>', 'whether it is told anything').choices(['on', 'off']),
    serverOption(),
  ],
  examples: ['chancery channel set ops --enabled off', 'chancery channel set ops --event job.failed --days-before 14'],
  next: '"chancery channel test NAME" sends a trial notice.',
  epilogue: EVENTS_EPILOGUE,
  async run(options, terminal, name) {
    const { enabled } = options
    const update = await channelUpdate(options, terminal)
    const client = await connect(options.server, terminal)
    const { uuid } = await findChannel(client, name)
    const body = { ...update, ...(enabled !== undefined && { enabled: enabled === 'on' }) }
    const channel = await client.call(updateNoticeChannel, { params: { uuid }, body })
    terminal.out(options.json ? `${JSON.stringify(channel, null, 2)}\n` : `${channelLines(channel).join('\n')}\n`)
    return EXIT.ok.code
  },
}

import { createNoticeChannel } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { CHANNEL_OPTIONS, type ChannelOptions, channelUpdate, EVENTS_EPILOGUE } from './channel-options.ts'
import { channelLines } from './lines.ts'

export const createChannelVerb: VerbDefinition<ChannelOptions & { readonly server?: string }> = {
  name: 'create',
  summary: 'have a webhook or e-mail addresses told of what happens',
  description:
    'Makes a notice channel: a webhook with the key that notices are signed with, or e-mail addresses. It is told of what happens from then on.',
  argument: { name: 'name', description: 'what it is called' },
  options: [...CHANNEL_OPTIONS, serverOption()],
  examples: [
    'chancery channel create ops --email ops@example.org --event certificate.expiring job.failed',
    'chancery channel create cmdb --webhook-url https://cmdb.example/hook --webhook-key-file key.txt --event certificate.issued certificate.revoked',
  ],
  next: '"chancery channel test NAME" sends a trial notice.',
  epilogue: EVENTS_EPILOGUE,
  async run(options, terminal, name) {
    const { events, ...rest } = await channelUpdate(options, terminal)
    if (events === undefined) throw new CliFailure('failed', 'Give at least one --event: what is told.')
    const client = await connect(options.server, terminal)
    const channel = await client.call(createNoticeChannel, { body: { ...rest, name, events } })
    terminal.out(options.json ? `${JSON.stringify(channel, null, 2)}\n` : `${channelLines(channel).join('\n')}\n`)
    return EXIT.ok.code
  },
}

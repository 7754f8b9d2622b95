import { listNoticeChannels } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { channelTable } from './lines.ts'

export const listChannelsVerb: VerbDefinition<{ readonly server?: string }> = {
  name: 'list',
  summary: 'list who is told of what happens',
  description: 'Lists the notice channels: webhooks and e-mail addresses, and the events that each is told of.',
  options: [serverOption()],
  examples: ['chancery channel list', 'chancery channel list --json'],
  next: '"chancery channel test NAME" sends a trial notice, "chancery notice list" shows what was told.',
  async run({ server, json }, terminal) {
    const { noticeChannels } = await (await connect(server, terminal)).call(listNoticeChannels, {})
    if (json) terminal.out(`${JSON.stringify(noticeChannels, null, 2)}\n`)
    else for (const line of channelTable(noticeChannels)) terminal.out(`${line}\n`)
    return EXIT.ok.code
  },
}

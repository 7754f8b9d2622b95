import { listNoticeChannels, listNotices, NOTICE_STATE_NAMES, type NoticeState } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findChannel } from './find-channel.ts'
import { noticeTable } from './lines.ts'

interface ListOptions {
  readonly server?: string
  readonly state?: NoticeState
  readonly channel?: string
  readonly limit: string
}

export const listNoticesVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list what was told, waits, or could not be told',
  description:
    'Lists notices, the newest first: how often each was tried, when it is tried next, and what went wrong last. A dead one is tried no more.',
  options: [
    new Option('--state <state>', 'those in this state only').choices(NOTICE_STATE_NAMES),
    new Option('--channel <name>', 'those of this channel only'),
    new Option('--limit <n>', 'so many, from 1 to 1000').default('50'),
    serverOption(),
  ],
  examples: ['chancery notice list --state dead', 'chancery notice list --channel ops --limit 1000 --json'],
  next: '"chancery notice retry UUID" sends a dead one again.',
  async run({ server, state, channel, limit, json }, terminal) {
    if (!/^([1-9][0-9]{0,2}|1000)$/.test(limit)) {
      throw new CliFailure('failed', `--limit wants a whole number from 1 to 1000, not "${limit}".`)
    }
    const client = await connect(server, terminal)
    const of = channel === undefined ? {} : { channel: (await findChannel(client, channel)).uuid }
    const query = { itemsPerPage: limit, ...of, ...(state !== undefined && { state }) }
    const { notices, nextCursor } = await client.call(listNotices, { query })
    const { noticeChannels } = await client.call(listNoticeChannels, {})
    if (json) terminal.out(`${JSON.stringify(notices, null, 2)}\n`)
    else for (const line of noticeTable(notices, noticeChannels)) terminal.out(`${line}\n`)
    if (nextCursor !== null) terminal.err('There are more: raise --limit.\n')
    return EXIT.ok.code
  },
}

import { type Client, listNoticeChannels, type NoticeChannel } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

/** The channel of a name. */
export async function findChannel(client: Client, name: string): Promise<NoticeChannel> {
  const { noticeChannels } = await client.call(listNoticeChannels, {})
  const channel = noticeChannels.find((one) => one.name === name)
  if (channel !== undefined) return channel
  throw new CliFailure('failed', `There is no notice channel "${name}".`, {
    nextStep:
      noticeChannels.length === 0
        ? 'There is none at all: "chancery channel create" makes one.'
        : `There are: ${noticeChannels.map((one) => one.name).join(', ')}.`,
  })
}

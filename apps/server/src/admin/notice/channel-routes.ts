import {
  createNoticeChannel,
  deleteNoticeChannel,
  getNoticeChannel,
  listNoticeChannels,
  testNoticeChannel,
  updateNoticeChannel,
} from '@chancery/api'
import type { NoticeChannel } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import { compose } from '../../notice/compose.ts'
import { newCourier } from '../../notice/new-courier.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serve } from '../serve.ts'
import { type ChannelScene, changedChannel, channelToWire, newChannel } from './channel.ts'

/** Each event is looked at for every channel. */
const MOST_CHANNELS = 50

export function noticeChannelRoutes(scope: FastifyInstance, served: Served): void {
  const { store, log, now, snapshots, config } = served.context
  const { channels } = store.notices
  const courier = newCourier(config, now)

  const find = async (uuid: string): Promise<NoticeChannel> => {
    const channel = await channels.find(uuid.toLowerCase())
    if (channel === undefined) throw new AdminRefusal(404, ['There is no notice channel with this UUID.'])
    return channel
  }
  const scene = async (): Promise<ChannelScene> => ({
    configuration: (await snapshots.current()).configuration,
    canMail: config.smtp !== undefined,
    now: now(),
  })
  const event = (verb: string, { uuid, name }: NoticeChannel, caller: Caller, detail: Record<string, unknown>) =>
    adminEvent(caller, now(), { action: `notice.${verb}`, object: { kind: 'noticeChannel', uuid, name }, detail })

  serve(scope, served, listNoticeChannels, {
    handle: async () => ({ noticeChannels: (await channels.list()).map(channelToWire) }),
  })

  serve(scope, served, getNoticeChannel, { handle: async ({ params }) => channelToWire(await find(params.uuid)) })

  serve(scope, served, createNoticeChannel, {
    async handle({ body, caller }) {
      const channel = newChannel(body, await scene())
      if ((await channels.list()).length >= MOST_CHANNELS) {
        throw new AdminRefusal(409, [
          `There are ${MOST_CHANNELS} notice channels, and there may be no more. Delete one first.`,
        ])
      }
      const audit = [event('create', channel, caller, { after: channelToWire(channel) })]
      if (!(await channels.create(channel, audit))) throw nameTaken(channel)
      log.info({ channel: channel.uuid, name: channel.name, caller: caller.name }, 'notice channel made')
      return channelToWire(channel)
    },
    location: (_, { uuid }) => `/v1/noticeChannels/${uuid}`,
  })

  serve(scope, served, updateNoticeChannel, {
    async handle({ params, body, caller }) {
      const held = await find(params.uuid)
      const channel = changedChannel(held, body, await scene())
      const detail = {
        before: channelToWire(held),
        after: channelToWire(channel),
        keyChanged: body.webhook?.key !== undefined,
      }
      if (!(await channels.change(channel, [event('update', channel, caller, detail)]))) {
        await find(params.uuid)
        throw nameTaken(channel)
      }
      log.info({ channel: channel.uuid, name: channel.name, caller: caller.name }, 'notice channel changed')
      return channelToWire(channel)
    },
  })

  serve(scope, served, deleteNoticeChannel, {
    async handle({ params, caller }) {
      const held = await find(params.uuid)
      await channels.remove(held.uuid, now(), [event('delete', held, caller, { before: channelToWire(held) })])
      log.info({ channel: held.uuid, name: held.name, caller: caller.name }, 'notice channel deleted')
      return null
    },
  })

  serve(scope, served, testNoticeChannel, {
    async handle({ params, caller }) {
      const channel = await find(params.uuid)
      const nothing = { object: undefined, certificate: undefined, raProfile: undefined }
      const told = {
        event: 'test',
        at: now(),
        ...nothing,
        by: event('test', channel, caller, {}).actor,
        detail: {},
      } as const
      const started = performance.now()
      const outcome = await courier.tell(channel, [compose(channel, told, config.publicUrl, now())])
      const trouble = outcome.outcome === 'delivered' ? null : outcome.trouble
      await store.audit.record([event('test', channel, caller, { trouble })])
      return { delivered: trouble === null, trouble, milliseconds: Math.round(performance.now() - started) }
    },
  })
}

function nameTaken({ name }: NoticeChannel): AdminRefusal {
  return new AdminRefusal(409, [`There is a notice channel "${name}" already.`])
}

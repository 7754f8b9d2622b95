import { deleteNotice, getNotice, listNotices, type Notice as NoticeOnWire, retryNotice } from '@chancery/api'
import type { Notice } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'

const NOTICES_ON_A_PAGE = 50

export function noticeRoutes(scope: FastifyInstance, served: Served): void {
  const { store, now } = served.context
  const { outbox } = store.notices

  const find = async (uuid: string): Promise<Notice> => {
    const notice = await outbox.find(uuid.toLowerCase())
    if (notice !== undefined) return notice
    throw new AdminRefusal(404, [
      'There is no notice with this UUID. Those that were delivered are kept for seven days.',
    ])
  }
  const event = (verb: string, { uuid, event: what }: Notice, caller: Caller) =>
    adminEvent(caller, now(), { action: `notice.${verb}`, object: { kind: 'notice', uuid, name: what }, detail: {} })

  serve(scope, served, listNotices, {
    async handle({ query }) {
      const page = await outbox.list({
        state: query.state,
        channelUuid: query.channel?.toLowerCase(),
        before: query.cursor === undefined ? undefined : readCursor(query.cursor),
        limit: Number(query.itemsPerPage ?? NOTICES_ON_A_PAGE),
      })
      return {
        notices: page.notices.map(noticeToWire),
        nextCursor: page.next === undefined ? null : cursorOf(page.next),
      }
    },
  })

  serve(scope, served, getNotice, { handle: async ({ params }) => noticeToWire(await find(params.uuid)) })

  serve(scope, served, retryNotice, {
    async handle({ params, caller }) {
      const notice = await find(params.uuid)
      if (!(await outbox.retry(notice.uuid, now(), [event('retry', notice, caller)]))) {
        throw new AdminRefusal(409, ['Only a dead notice is sent again, and only while its channel is there.'])
      }
      return noticeToWire(await find(params.uuid))
    },
  })

  serve(scope, served, deleteNotice, {
    async handle({ params, caller }) {
      const notice = await find(params.uuid)
      await outbox.remove(notice.uuid, [event('remove', notice, caller)])
      return null
    },
  })
}

function noticeToWire({ payload, ...notice }: Notice): NoticeOnWire {
  const { uuid, channelUuid, event, state, attempts, dueAt, createdAt, deliveredAt, trouble } = notice
  return {
    uuid,
    channelUuid,
    event,
    state,
    attempts,
    dueAt: state === 'waiting' ? dueAt.toISOString() : null,
    createdAt: createdAt.toISOString(),
    deliveredAt: deliveredAt?.toISOString() ?? null,
    trouble,
    payload,
  }
}

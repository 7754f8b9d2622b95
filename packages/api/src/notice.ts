import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { NO_CONTENT, route } from './route.ts'

/** Where a notice stands, with what that means. */
export const NOTICE_STATES = {
  waiting: 'it is sent when it is due',
  delivered: 'whoever listens has taken it',
  dead: 'it was tried too often, or cannot be delivered: it is tried no more',
} as const

export type NoticeState = keyof typeof NOTICE_STATES
export const NOTICE_STATE_NAMES = Object.keys(NOTICE_STATES) as NoticeState[]

export const Notice = Type.Object({
  uuid: Type.String(),
  channelUuid: Type.String(),
  event: Type.String(),
  state: Type.Enum(NOTICE_STATE_NAMES),
  attempts: Type.Integer(),
  /** When it is sent next; of one that is being sent, when another server would take it. */
  dueAt: nullable(Type.String()),
  createdAt: Type.String(),
  deliveredAt: nullable(Type.String()),
  /** What went wrong last. */
  trouble: nullable(Type.String()),
  /** As a webhook gets it. */
  payload: Type.Record(Type.String(), Type.Unknown()),
})
export type Notice = Static<typeof Notice>

const uuid = strictObject({ uuid: uuidParam })

export const listNotices = route({
  method: 'GET',
  path: '/v1/notices',
  permission: 'notice.read',
  summary: 'What was told, is to be told, and could not be told; the newest first',
  params: NOTHING,
  query: strictObject({
    state: Type.Optional(Type.Enum(NOTICE_STATE_NAMES, { rule: `must be ${NOTICE_STATE_NAMES.join(', ')}` })),
    channel: Type.Optional(uuidParam),
    cursor: Type.Optional(cursor),
    itemsPerPage: Type.Optional(itemsPerPage),
  }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({ notices: Type.Array(Notice), nextCursor: nullable(Type.String()) }),
  },
})

export const getNotice = route({
  method: 'GET',
  path: '/v1/notices/:uuid',
  permission: 'notice.read',
  summary: 'One notice',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Notice },
})

export const retryNotice = route({
  method: 'POST',
  path: '/v1/notices/:uuid/retry',
  permission: 'notice.update',
  summary: 'Sends a dead notice again, from the first attempt on, under the same idempotency key',
  params: uuid,
  query: NOTHING,
  body: NOTHING,
  answer: { status: 200, type: 'application/json', schema: Notice },
})

export const deleteNotice = route({
  method: 'DELETE',
  path: '/v1/notices/:uuid',
  permission: 'notice.delete',
  summary: 'Removes a notice; one that waits is not sent any more',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

import { type Static, Type } from 'typebox'
import { NOTHING, newName, nullable, strictObject, uuidParam } from './field.ts'
import { NOTICE_EVENT_NAMES } from './notice-event.ts'
import { NO_CONTENT, route } from './route.ts'
import { Webhook, WebhookUpdate } from './webhook.ts'

/** A domain of our own needs no more, and a digest to a whole company is a list of theirs. */
const MOST_ADDRESSES = 20

const FIELDS = {
  enabled: Type.Boolean({ rule: 'must be true or false' }),
  events: Type.Array(Type.Enum(NOTICE_EVENT_NAMES), {
    minItems: 1,
    maxItems: NOTICE_EVENT_NAMES.length,
    uniqueItems: true,
    rule: `must be a list of some of ${NOTICE_EVENT_NAMES.join(', ')}`,
  }),
  /** Of the certificates and requests of others nothing is told; null: of all. */
  raProfiles: nullable(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 100, uniqueItems: true }),
    { rule: 'must be a list of 1 to 100 names of RA profiles, or null for all' },
  ),
  /** Before a certificate or the key for Intune ends, where `events` has that. */
  daysBefore: Type.Array(Type.Integer({ minimum: 1, maximum: 365 }), {
    minItems: 1,
    maxItems: 5,
    uniqueItems: true,
    rule: 'must be a list of 1 to 5 different whole numbers from 1 to 365',
  }),
}

const to = Type.Array(
  Type.String({
    maxLength: 254,
    pattern: "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})*$",
  }),
  {
    minItems: 1,
    maxItems: MOST_ADDRESSES,
    uniqueItems: true,
    rule: `must be a list of 1 to ${MOST_ADDRESSES} e-mail addresses, such as ops@example.org`,
  },
)

/** Who is told of what happens. It has a webhook or e-mail addresses. */
export const NoticeChannel = Type.Object({
  uuid: Type.String(),
  name: Type.String(),
  ...FIELDS,
  webhook: nullable(Webhook),
  email: nullable(Type.Object({ to: Type.Array(Type.String()) })),
  /** Of what was before, nothing is told. */
  createdAt: Type.String(),
})
export type NoticeChannel = Static<typeof NoticeChannel>

const email = strictObject({ to }, { rule: 'must be an object with the list "to"' })

export const NewNoticeChannel = strictObject({
  name: newName(),
  /** Left out: true. */
  enabled: Type.Optional(FIELDS.enabled),
  events: FIELDS.events,
  raProfiles: Type.Optional(FIELDS.raProfiles),
  /** Left out: 30, 7 and 1. */
  daysBefore: Type.Optional(FIELDS.daysBefore),
  /** With url and key; or email. */
  webhook: Type.Optional(WebhookUpdate),
  email: Type.Optional(email),
})
export type NewNoticeChannel = Static<typeof NewNoticeChannel>

/** What is left out stays as it is, the key of a webhook too. */
export const NoticeChannelUpdate = strictObject({
  name: Type.Optional(newName()),
  enabled: Type.Optional(FIELDS.enabled),
  events: Type.Optional(FIELDS.events),
  raProfiles: Type.Optional(FIELDS.raProfiles),
  daysBefore: Type.Optional(FIELDS.daysBefore),
  webhook: Type.Optional(WebhookUpdate),
  email: Type.Optional(email),
})
export type NoticeChannelUpdate = Static<typeof NoticeChannelUpdate>

export const NoticeTest = Type.Object({
  delivered: Type.Boolean(),
  /** Why not. */
  trouble: nullable(Type.String()),
  milliseconds: Type.Integer(),
})
export type NoticeTest = Static<typeof NoticeTest>

const uuid = strictObject({ uuid: uuidParam })

export const listNoticeChannels = route({
  method: 'GET',
  path: '/v1/noticeChannels',
  permission: 'notice.read',
  summary: 'All notice channels, by name; never the keys of their webhooks',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Object({ noticeChannels: Type.Array(NoticeChannel) }) },
})

export const getNoticeChannel = route({
  method: 'GET',
  path: '/v1/noticeChannels/:uuid',
  permission: 'notice.read',
  summary: 'One notice channel',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: NoticeChannel },
})

export const createNoticeChannel = route({
  method: 'POST',
  path: '/v1/noticeChannels',
  permission: 'notice.create',
  summary: 'Makes a notice channel: a webhook or e-mail addresses that are told of what happens from now on',
  params: NOTHING,
  query: NOTHING,
  body: NewNoticeChannel,
  answer: { status: 201, type: 'application/json', schema: NoticeChannel },
})

export const updateNoticeChannel = route({
  method: 'PATCH',
  path: '/v1/noticeChannels/:uuid',
  permission: 'notice.update',
  summary: 'Changes a notice channel; what is left out stays as it is',
  params: uuid,
  query: NOTHING,
  body: NoticeChannelUpdate,
  answer: { status: 200, type: 'application/json', schema: NoticeChannel },
})

export const deleteNoticeChannel = route({
  method: 'DELETE',
  path: '/v1/noticeChannels/:uuid',
  permission: 'notice.delete',
  summary: 'Deletes a notice channel; what it has not been told yet it is not told any more',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: NO_CONTENT,
})

export const testNoticeChannel = route({
  method: 'POST',
  path: '/v1/noticeChannels/:uuid/test',
  permission: 'notice.update',
  summary: 'Sends a trial notice at once, also where the channel is switched off',
  params: uuid,
  query: NOTHING,
  body: NOTHING,
  answer: { status: 200, type: 'application/json', schema: NoticeTest },
})

import type { AuditEvent, NewNotice, Notice, NoticeState } from '@chancery/ra'
import type { Selectable } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { advance, readPosition } from '../job-position.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { OutboxTable } from '../schema/tables.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Write } from '../unit.ts'
import { FILL_POSITION } from './channel-statement.ts'
import {
  anyDue,
  deleteNotice,
  dueOfChannel,
  findNotice,
  insertNotices,
  pruneNotices,
  retryNotice,
  settleNotices,
  takeNotices,
  takenNotices,
} from './outbox-statement.ts'

/** What becomes of notices that were sent, or could not be. */
export type Settlement =
  | { readonly state: 'delivered'; readonly at: Date }
  | { readonly state: 'waiting'; readonly dueAt: Date; readonly trouble: string }
  | { readonly state: 'dead'; readonly trouble: string }

/** Notices that are being sent: nobody else sends them until that time, and only who knows it says what became of them. */
export interface Taken {
  readonly until: number
  readonly notices: readonly Notice[]
}

/** What is to be told, until it is told. */
export interface Outbox {
  /** How far the audit log has been gone through. */
  position(): Promise<number>
  /** What happened up to a place of the audit log is told to those who want it: once. False: another node was first. */
  fill(from: number, to: number, notices: readonly NewNotice[], lease: Lease): Promise<boolean>
  /** A notice that comes of no event. */
  add(notices: readonly NewNotice[]): Promise<void>
  /** Of any channel that is enabled. */
  isAnyDue(now: Date): Promise<boolean>
  due(channelUuid: string, now: Date, limit: number): Promise<Notice[]>
  /** Only what still waits is taken. */
  take(uuids: readonly string[], until: Date, lease: Lease): Promise<Taken>
  settle(taken: Taken, settlement: Settlement): Promise<void>
  find(uuid: string): Promise<Notice | undefined>
  /** The newest first. */
  list(query: NoticeQuery): Promise<NoticePage>
  counts(): Promise<Readonly<Record<NoticeState, number>>>
  /** From the first try on. False: it is not dead, or its channel is gone. */
  retry(uuid: string, now: Date, audit?: readonly AuditEvent[]): Promise<boolean>
  /** False: there is none. */
  remove(uuid: string, audit?: readonly AuditEvent[]): Promise<boolean>
  /** Removes the oldest of a state that were made before a time, so many at most. */
  prune(state: NoticeState, before: Date, limit: number, lease: Lease): Promise<number>
}

export interface NoticeQuery {
  readonly state?: NoticeState | undefined
  readonly channelUuid?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

export interface NoticePage {
  readonly notices: readonly Notice[]
  readonly next: number | undefined
}

/** Further ahead than any notice is put off: the clock that did it was wrong. */
const MOST_AHEAD_MILLISECONDS = 24 * 3_600_000

export function outbox(driver: Driver, keys: StoreKeys): Outbox {
  const clock = (now: Date) => ({
    now: fromDate(now),
    ahead: fromDate(new Date(now.getTime() + MOST_AHEAD_MILLISECONDS)),
  })
  return {
    position: () => readPosition(driver, FILL_POSITION),
    async fill(from, to, notices, lease) {
      const writes = [...requireLease(lease), advance(FILL_POSITION, from, to), ...insertAll(notices)]
      return (await driver.commit({ writes })).status === 'committed'
    },
    async add(notices) {
      if (notices.length > 0) await driver.commit({ writes: insertAll(notices) })
    },
    async isAnyDue(now) {
      return (await driver.first(anyDue, clock(now))) !== undefined
    },
    async due(channelUuid, now, limit) {
      return (await driver.all(dueOfChannel, { channel: channelUuid, ...clock(now), limit })).map(toNotice)
    },
    async take(uuids, untilDate, lease) {
      // Two nodes, or two rounds, never take until the same moment.
      const until = fromDate(untilDate) + Math.floor(Math.random() * 1_000_000)
      const values = { uuids: JSON.stringify(uuids), until }
      await driver.commit({
        writes: [...requireLease(lease), { statement: takeNotices, values, expect: 'any', otherwise: 'state' }],
      })
      return { until, notices: (await driver.all(takenNotices, values)).map(toNotice) }
    },
    async settle({ until, notices }, settlement) {
      const values = {
        uuids: JSON.stringify(notices.map(({ uuid }) => uuid)),
        until,
        state: settlement.state,
        due: settlement.state === 'waiting' ? fromDate(settlement.dueAt) : until,
        delivered: settlement.state === 'delivered' ? fromDate(settlement.at) : null,
        trouble: settlement.state === 'delivered' ? null : settlement.trouble,
      }
      await driver.commit({ writes: [{ statement: settleNotices, values, expect: 'any', otherwise: 'state' }] })
    },
    async find(uuid) {
      const row = await driver.first(findNotice, { uuid })
      return row === undefined ? undefined : toNotice(row)
    },
    async list({ state, channelUuid, before, limit }) {
      const rows = await driver.report((db) => {
        let query = db.selectFrom('outbox').selectAll().orderBy('id', 'desc')
        if (state !== undefined) query = query.where('state', '=', state)
        if (channelUuid !== undefined) query = query.where('channel_uuid', '=', channelUuid)
        if (before !== undefined) query = query.where('id', '<', before)
        return query.limit(limit + 1)
      })
      const page = rows.slice(0, limit)
      return { notices: page.map(toNotice), next: rows.length > limit ? page.at(-1)?.id : undefined }
    },
    async counts() {
      const rows = await driver.report((db) =>
        db
          .selectFrom('outbox')
          .groupBy('state')
          .select((eb) => ['state', eb.fn.countAll<number>().as('notices')]),
      )
      const of = (state: NoticeState) => Number(rows.find((row) => row.state === state)?.notices ?? 0)
      return { waiting: of('waiting'), delivered: of('delivered'), dead: of('dead') }
    },
    async retry(uuid, now, audit = []) {
      const { status } = await driver.commit({
        writes: [
          { statement: retryNotice, values: { uuid, now: fromDate(now) }, otherwise: 'state' },
          ...writeAudit(keys, audit),
        ],
      })
      return status === 'committed'
    },
    async remove(uuid, audit = []) {
      const { status } = await driver.commit({
        writes: [{ statement: deleteNotice, values: { uuid }, otherwise: 'state' }, ...writeAudit(keys, audit)],
      })
      return status === 'committed'
    },
    async prune(state, before, limit, lease) {
      const old = await driver.report((db) =>
        db.selectFrom('outbox').select(['uuid', 'created_at']).where('state', '=', state).orderBy('id').limit(limit),
      )
      const uuids = old.filter(({ created_at }) => created_at < fromDate(before)).map(({ uuid }) => uuid)
      if (uuids.length === 0) return 0
      const values = { uuids: JSON.stringify(uuids), state }
      const { status } = await driver.commit({
        writes: [...requireLease(lease), { statement: pruneNotices, values, expect: 'any', otherwise: 'state' }],
      })
      return status === 'committed' ? uuids.length : 0
    },
  }
}

/** All in one statement, however many. */
export function insertAll(notices: readonly NewNotice[]): Write[] {
  if (notices.length === 0) return []
  const rows = notices.map(({ uuid, channelUuid, event, payload, createdAt, dueAt }) => ({
    uuid,
    channel: channelUuid,
    event,
    payload: JSON.stringify(payload, storable),
    due: fromDate(dueAt),
    created: fromDate(createdAt),
  }))
  return [{ statement: insertNotices, values: { rows: JSON.stringify(rows) }, expect: 'any', otherwise: 'state' }]
}

/** PostgreSQL's JSON has neither NUL nor half a surrogate pair, and names of devices may. */
function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value
}

function toNotice(row: Selectable<OutboxTable>): Notice {
  const { uuid, state, attempts, trouble } = row
  return {
    uuid,
    channelUuid: row.channel_uuid,
    event: row.event as Notice['event'],
    payload: JSON.parse(row.payload) as Notice['payload'],
    state,
    attempts,
    dueAt: toDate(row.due_at),
    createdAt: toDate(row.created_at),
    deliveredAt: row.delivered_at === null ? null : toDate(row.delivered_at),
    trouble,
  }
}

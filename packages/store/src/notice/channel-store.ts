import { type AuditEvent, type Delivery, type NoticeChannel, type NoticeEvent, Secret } from '@chancery/ra'
import type { Selectable } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import { fromDate, fromFlag, toBytes, toDate, toFlag } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { NoticeChannelTable } from '../schema/tables.ts'
import { seal, unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Values } from '../statement.ts'
import {
  deleteChannel,
  findChannel,
  giveUpWaiting,
  insertChannel,
  listChannels,
  skipWhatNobodyHeard,
  updateChannel,
} from './channel-statement.ts'

/** Who is told of what happens. */
export interface NoticeChannels {
  /** By name. */
  list(): Promise<NoticeChannel[]>
  find(uuid: string): Promise<NoticeChannel | undefined>
  /** False: there is one of this name. */
  create(channel: NoticeChannel, audit?: readonly AuditEvent[]): Promise<boolean>
  /** False: there is another one of this name, or this one is gone. */
  change(channel: NoticeChannel, audit?: readonly AuditEvent[]): Promise<boolean>
  /** What waits to be told is not told any more. False: it is gone already. */
  remove(uuid: string, now: Date, audit?: readonly AuditEvent[]): Promise<boolean>
}

export function noticeChannels(driver: Driver, keys: StoreKeys): NoticeChannels {
  const save = async (statement: typeof insertChannel, channel: NoticeChannel, audit: readonly AuditEvent[]) => {
    const { status } = await driver.commit({
      writes: [
        { statement: skipWhatNobodyHeard, values: {}, expect: 'any', otherwise: 'state' },
        { statement, values: valuesOf(keys, channel), otherwise: 'state', unique: 'state' },
        ...writeAudit(keys, audit),
      ],
    })
    return status === 'committed'
  }
  return {
    async list() {
      return (await driver.all(listChannels, {})).map((row) => toChannel(keys, row))
    },
    async find(uuid) {
      const row = await driver.first(findChannel, { uuid })
      return row === undefined ? undefined : toChannel(keys, row)
    },
    create: (channel, audit = []) => save(insertChannel, channel, audit),
    change: (channel, audit = []) => save(updateChannel, channel, audit),
    async remove(uuid, now, audit = []) {
      const { status } = await driver.commit({
        writes: [
          { statement: deleteChannel, values: { uuid, now: fromDate(now) }, otherwise: 'state' },
          { statement: giveUpWaiting, values: { uuid }, expect: 'any', otherwise: 'state' },
          ...writeAudit(keys, audit),
        ],
      })
      return status === 'committed'
    },
  }
}

function valuesOf(keys: StoreKeys, channel: NoticeChannel): Values {
  const { uuid, name, enabled, events, raProfiles, daysBefore, delivery, createdAt } = channel
  return {
    uuid,
    name,
    kind: delivery.kind,
    enabled: fromFlag(enabled),
    events: JSON.stringify(events),
    raProfiles: raProfiles === null ? null : JSON.stringify(raProfiles),
    settings: JSON.stringify({
      daysBefore,
      ...(delivery.kind === 'webhook' ? { rule: delivery.rule } : { to: delivery.to }),
    }),
    secret: delivery.kind === 'webhook' ? seal(keys, placeOf(uuid), Buffer.from(delivery.key.reveal(), 'utf8')) : null,
    createdAt: fromDate(createdAt),
  }
}

function toChannel(keys: StoreKeys, row: Selectable<NoticeChannelTable>): NoticeChannel {
  const { uuid, name, enabled } = row
  const { daysBefore, ...settings } = JSON.parse(row.settings)
  return {
    uuid,
    name,
    enabled: toFlag(enabled),
    events: JSON.parse(row.events) as NoticeEvent[],
    raProfiles: row.ra_profiles === null ? null : (JSON.parse(row.ra_profiles) as string[]),
    daysBefore: daysBefore as number[],
    delivery: { kind: row.kind, ...settings, ...secretOf(keys, row) } as Delivery,
    createdAt: toDate(row.created_at),
  }
}

function secretOf(keys: StoreKeys, { uuid, sealed_secret }: Selectable<NoticeChannelTable>) {
  if (sealed_secret === null) return {}
  return { key: new Secret(unseal(keys, placeOf(uuid), toBytes(sealed_secret)).toString('utf8')) }
}

function placeOf(uuid: string) {
  return { table: 'notice_channel', column: 'sealed_secret', row: uuid }
}

import { type AuditEvent, uuidV7 } from '@chancery/ra'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement } from '../statement.ts'
import { findCheckpoint } from './chain-state.ts'
import { checkpointMac, sameMac, segmentMac } from './head.ts'
import { writeAudit } from './write.ts'

export interface AuditPruning {
  isPruneDue(before: Date): Promise<boolean>
  /**
   * Removes the oldest segment if its last event happened before that moment, and leaves a signed checkpoint from which
   * verification goes on. The newest segment stays, and so does one that somebody has changed: that is to be looked at first.
   * @returns how many events; undefined: there is none to remove, or the lease is somebody else's
   */
  prune(before: Date, now: Date, lease?: Lease): Promise<number | undefined>
}

export function auditPruning(driver: Driver, keys: StoreKeys): AuditPruning {
  const due = async (before: Date) => {
    const [oldest, next] = await driver.all(oldestSegments, {})
    if (oldest === undefined || next === undefined) return undefined
    const last = await driver.first(newestUpTo, { seq: oldest.last_seq })
    return last === undefined || last.at < fromDate(before) ? oldest : undefined
  }
  return {
    isPruneDue: async (before) => (await due(before)) !== undefined,
    async prune(before, now, lease) {
      const segment = await due(before)
      if (segment === undefined || !sameMac(segmentMac(keys, segment), segment.mac)) return undefined
      const { number, first_seq: first, last_seq: last, head } = segment
      const checkpoint = await driver.first(findCheckpoint, {})
      if (number !== (checkpoint?.segment ?? 0) + 1) return undefined
      const columns = { segment: number, last_seq: last, head, made_at: fromDate(now) }
      const values = { ...columns, mac: checkpointMac(keys, columns), former: checkpoint?.segment ?? 0 }
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          { statement: removeSegment, values: { number }, otherwise: 'state' },
          {
            statement: checkpoint === undefined ? putCheckpoint : moveCheckpoint,
            values,
            otherwise: 'state',
            unique: 'state',
          },
          { statement: removeEvents, values: { last }, expect: 'any', otherwise: 'state' },
          ...writeAudit(keys, [pruned(first, last, head, now)]),
        ],
      })
      return status === 'committed' ? last - first + 1 : undefined
    },
  }
}

function pruned(first: number, last: number, head: Buffer, now: Date): AuditEvent {
  return {
    uuid: uuidV7(now),
    at: now,
    actor: { kind: 'job', name: 'pruneAudit' },
    action: 'audit.prune',
    outcome: 'done',
    detail: { first, last, head: Buffer.from(head).toString('hex') },
  }
}

const oldestSegments = statement((db) => db.selectFrom('audit_segment').selectAll().orderBy('number').limit(2))

const newestUpTo = statement((db) =>
  db.selectFrom('audit_event').select('at').where('seq', '<=', slot<number>('seq')).orderBy('seq', 'desc').limit(1),
)

const removeSegment = statement((db) => db.deleteFrom('audit_segment').where('number', '=', slot<number>('number')))

const removeEvents = statement((db) => db.deleteFrom('audit_event').where('seq', '<=', slot<number>('last')))

const putCheckpoint = statement((db) =>
  insertRow(db, 'audit_checkpoint', {
    id: 1,
    segment: slot('segment'),
    last_seq: slot('last_seq'),
    head: slot('head'),
    made_at: slot('made_at'),
    mac: slot('mac'),
  }),
)

const moveCheckpoint = statement((db) =>
  db
    .updateTable('audit_checkpoint')
    .set({
      segment: slot<number>('segment'),
      last_seq: slot<number>('last_seq'),
      head: slot<Buffer>('head'),
      made_at: slot<number>('made_at'),
      mac: slot<Buffer>('mac'),
    })
    .where('id', '=', 1)
    .where('segment', '=', slot<number>('former')),
)

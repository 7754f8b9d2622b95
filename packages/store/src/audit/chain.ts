import { type Selectable, sql } from 'kysely'
import { fromDate, toBytes } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { AuditSegmentTable } from '../schema/tables.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { compilers, insertRow, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { findCheckpoint, highestSeq, newestSegment } from './chain-state.ts'
import { type AuditHead, NO_HEAD, nextHead, sameMac, segmentMac } from './head.ts'

export interface AuditChain {
  isChainDue(): Promise<boolean>
  /**
   * Gives the oldest events that are in no chain their places in it. Numbers are given here and not with the event, because
   * events become visible in another order than the one in which they were numbered.
   * @returns the head after them, and whether more wait; undefined: none waited, or the lease is somebody else's
   */
  chain(now: Date, lease?: Lease): Promise<(AuditHead & { readonly more: boolean }) | undefined>
}

const BATCH = 500
/** Retention removes a whole one in one commit, for which devices wait. */
const SEGMENT_EVENTS = 1000
/** Where little happens: retention is as fine as this. */
const SEGMENT_MICROSECONDS = 3_600_000_000

export function auditChain(driver: Driver, keys: StoreKeys): AuditChain {
  return {
    isChainDue: async () => (await driver.first(anyUnchained, {})) !== undefined,
    async chain(now, lease) {
      const events = await driver.all(oldestUnchained, { limit: BATCH })
      if (events.length === 0) return undefined
      const newest = await driver.first(newestSegment, {})
      const before = newest === undefined ? await beginning(driver) : endOf(newest)
      // Above every number that is taken, also where somebody took rows away: verification tells, and the log goes on.
      const last = Math.max(before.seq, (await driver.first(highestSeq, {}))?.seq ?? 0)
      const head = events.reduce<AuditHead>(
        (link, { id, mac }) => ({ seq: link.seq + 1, head: nextHead(link.head, { seq: link.seq + 1, id, mac }) }),
        { seq: last, head: before.head },
      )
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          ...writeSegment(keys, newest, { before, first: last + 1, head, made: fromDate(now) }),
          {
            statement: numberEvents,
            values: { ids: JSON.stringify(events.map(({ id }) => id)), first: last + 1 },
            expect: 'any',
            otherwise: 'state',
            unique: 'state',
          },
        ],
      })
      return status === 'committed' ? { ...head, more: events.length === BATCH } : undefined
    },
  }
}

type Segment = Selectable<AuditSegmentTable>

/** Where a chain ends, and which segment that was. */
interface End extends AuditHead {
  readonly segment: number
}

function endOf({ number, last_seq, head }: Segment): End {
  return { segment: number, seq: last_seq, head: toBytes(head) }
}

async function beginning(driver: Driver): Promise<End> {
  const checkpoint = await driver.first(findCheckpoint, {})
  if (checkpoint === undefined) return { segment: 0, ...NO_HEAD }
  return { segment: checkpoint.segment, seq: checkpoint.last_seq, head: toBytes(checkpoint.head) }
}

interface Chained {
  readonly before: End
  readonly first: number
  readonly head: AuditHead
  readonly made: number
}

function writeSegment(keys: StoreKeys, newest: Segment | undefined, chained: Chained): Write[] {
  const { before, first, head, made } = chained
  const end = { last_seq: head.seq, head: head.head }
  if (newest !== undefined && isOpen(keys, newest, chained)) {
    const mac = segmentMac(keys, { ...newest, ...end })
    const values = { ...end, mac, number: newest.number, former: newest.last_seq }
    return [{ statement: extend, values, otherwise: 'state' }]
  }
  const begun = { number: before.segment + 1, first_seq: first, ...end, previous_head: before.head, made_at: made }
  const values = { ...begun, mac: segmentMac(keys, begun) }
  return [{ statement: begin, values, otherwise: 'state', unique: 'state' }]
}

/** One that somebody has changed is not sealed anew. */
function isOpen(keys: StoreKeys, segment: Segment, { first, head, made }: Chained): boolean {
  return (
    segment.last_seq === first - 1 &&
    head.seq - segment.first_seq < SEGMENT_EVENTS &&
    made - segment.made_at < SEGMENT_MICROSECONDS &&
    sameMac(segmentMac(keys, segment), segment.mac)
  )
}

const anyUnchained = statement((db) => db.selectFrom('audit_event').select('id').where('seq', 'is', null).limit(1))

const oldestUnchained = statement((db) =>
  db
    .selectFrom('audit_event')
    .select(['id', 'mac'])
    .where('seq', 'is', null)
    .orderBy('id')
    .limit(slot<number>('limit')),
)

const begin = statement((db) =>
  insertRow(db, 'audit_segment', {
    number: slot('number'),
    first_seq: slot('first_seq'),
    last_seq: slot('last_seq'),
    previous_head: slot('previous_head'),
    head: slot('head'),
    made_at: slot('made_at'),
    mac: slot('mac'),
  }),
)

const extend = statement((db) =>
  db
    .updateTable('audit_segment')
    .set({ last_seq: slot<number>('last_seq'), head: slot<Buffer>('head'), mac: slot<Buffer>('mac') })
    .where('number', '=', slot<number>('number'))
    .where('last_seq', '=', slot<number>('former')),
)

/** All of a batch in one statement; the two databases take a list apart in different words. */
const numberEvents = statement((db) => {
  const [ids, first] = [slot<string>('ids'), slot<number>('first')]
  const update =
    db === compilers.postgres
      ? sql`update audit_event set seq = cast(${first} as bigint) + place.nth - 1
          from jsonb_array_elements_text(cast(${ids} as jsonb)) with ordinality as place (id, nth)
          where audit_event.id = cast(place.id as bigint) and audit_event.seq is null`
      : sql`update audit_event set seq = ${first} + place.key
          from json_each(${ids}) as place
          where audit_event.id = place.value and audit_event.seq is null`
  return { compile: () => update.compile(db) }
})

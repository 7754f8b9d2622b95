import type { Selectable } from 'kysely'
import { toBytes } from '../../column.ts'
import type { Driver } from '../../driver.ts'
import type { AuditEventTable } from '../../schema/tables.ts'
import type { StoreKeys } from '../../seal/store-key.ts'
import { nextHead, sameMac } from '../head.ts'
import { auditMac } from '../row.ts'
import type { Findings } from './finding.ts'
import type { KeptHeads } from './kept-heads.ts'

/** Between two pages everybody else has a turn (design, rule 16). */
const PAGE = 500

/** Where a walk stands; without a head where the way was broken. */
export interface Standing {
  readonly seq: number
  readonly head: Buffer | undefined
}

export interface Walker {
  /** Goes through the events up to `to`, each of which must be there, once and as it was written. */
  walk(from: Standing, to: number): Promise<Standing>
  /** Goes through those that have no number yet. */
  tail(): Promise<{ readonly count: number; readonly oldestAt: number | undefined }>
  readonly events: number
}

type Row = Selectable<AuditEventTable>

export function walkerOf(driver: Driver, keys: StoreKeys, findings: Findings, kept: KeptHeads): Walker {
  let events = 0
  const isGenuine = (row: Row) => sameMac(auditMac(keys, row), row.mac)

  function step({ seq, head }: Standing, row: Row): Standing {
    const place = row.seq ?? 0
    if (!isGenuine(row)) findings.add({ kind: 'event-changed', seq: place, uuid: row.uuid })
    if (place === seq) {
      findings.add({ kind: 'number-twice', seq, uuid: row.uuid })
      return { seq, head: undefined }
    }
    const isNext = place === seq + 1
    if (!isNext) findings.add({ kind: 'events-missing', seq: seq + 1, lastSeq: place - 1 })
    events++
    if (!isNext || head === undefined) return { seq: place, head: undefined }
    const next = { seq: place, head: nextHead(head, { seq: place, id: row.id, mac: row.mac }) }
    kept.compare(next)
    return next
  }

  return {
    get events() {
      return events
    },
    async walk(from, to) {
      let standing = from
      let last = { seq: from.seq, id: Number.MAX_SAFE_INTEGER }
      for (;;) {
        const rows = await driver.report((db) =>
          db
            .selectFrom('audit_event')
            .selectAll()
            .where('seq', '>=', last.seq)
            .where('seq', '<=', to)
            .where((eb) => eb.or([eb('seq', '<>', last.seq), eb('id', '>', last.id)]))
            .orderBy('seq')
            .orderBy('id')
            .limit(PAGE),
        )
        for (const row of rows) standing = step(standing, row)
        const end = rows.at(-1)
        if (end === undefined || rows.length < PAGE) break
        last = { seq: end.seq ?? 0, id: end.id }
      }
      if (standing.seq >= to) return standing
      findings.add({ kind: 'events-missing', seq: standing.seq + 1, lastSeq: to })
      return { seq: to, head: undefined }
    },
    async tail() {
      let count = 0
      let oldestAt: number | undefined
      for (let last = Number.MIN_SAFE_INTEGER; ; ) {
        const after = last
        const rows = await driver.report((db) =>
          db
            .selectFrom('audit_event')
            .selectAll()
            .where('seq', 'is', null)
            .where('id', '>', after)
            .orderBy('id')
            .limit(PAGE),
        )
        for (const row of rows) {
          if (!isGenuine(row)) findings.add({ kind: 'event-changed', uuid: row.uuid })
          oldestAt = Math.min(oldestAt ?? row.at, row.at)
        }
        count += rows.length
        const end = rows.at(-1)
        if (end === undefined || rows.length < PAGE) return { count, oldestAt }
        last = end.id
      }
    },
  }
}

export function sameHead(one: Buffer | undefined, other: Uint8Array): boolean {
  return one?.equals(toBytes(other)) === true
}

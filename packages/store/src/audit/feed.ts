import type { AuditEvent } from '@chancery/ra'
import type { Selectable } from 'kysely'
import { toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { AuditEventTable } from '../schema/tables.ts'
import { slot, statement } from '../statement.ts'

/** An event with its place in the chain. */
export interface ChainedEvent {
  readonly seq: number
  readonly event: AuditEvent
}

/** Everything that happened, once and in an order that stays, for those who go through it. */
export interface AuditFeed {
  /** The next ones after a number; none is missing between two that were read, for numbers have no gaps. */
  after(seq: number, limit: number): Promise<ChainedEvent[]>
}

export function auditFeed(driver: Driver): AuditFeed {
  return {
    async after(seq, limit) {
      const rows = await driver.all(followers, { seq, limit })
      return rows.map((row) => ({ seq: row.seq ?? 0, event: toAuditEvent(row) }))
    },
  }
}

type AuditRow = Selectable<AuditEventTable>

export function toAuditEvent(row: AuditRow): AuditEvent {
  const { uuid, action, role, source, object_kind, object_uuid, object_name, correlation_id } = row
  const actor = {
    kind: row.actor_kind as AuditEvent['actor']['kind'],
    name: row.actor,
    ...(role === null ? {} : { role }),
    ...(source === null ? {} : { source }),
  }
  const object =
    object_kind === null
      ? {}
      : {
          object: {
            kind: object_kind,
            ...(object_uuid === null ? {} : { uuid: object_uuid }),
            ...(object_name === null ? {} : { name: object_name }),
          },
        }
  return {
    uuid,
    at: toDate(row.at),
    actor,
    action,
    ...object,
    outcome: row.outcome as AuditEvent['outcome'],
    ...(correlation_id === null ? {} : { correlationId: correlation_id }),
    detail: JSON.parse(row.detail) as AuditEvent['detail'],
  }
}

const followers = statement((db) =>
  db
    .selectFrom('audit_event')
    .selectAll()
    .where('seq', '>', slot<number>('seq'))
    .orderBy('seq')
    .limit(slot<number>('limit')),
)

import type { AuditEvent } from '@chancery/ra'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { auditColumns, auditMac } from './row.ts'

/** Part of the unit that does what they tell of: neither is there without the other. */
export function writeAudit(keys: StoreKeys, events: readonly AuditEvent[]): Write[] {
  return events.map((event) => {
    const columns = auditColumns(event)
    return { statement: insertEvent, values: { ...columns, mac: auditMac(keys, columns) }, otherwise: 'state' }
  })
}

const insertEvent = statement((db) =>
  insertRow(db, 'audit_event', {
    uuid: slot('uuid'),
    at: slot('at'),
    actor_kind: slot('actor_kind'),
    actor: slot('actor'),
    role: slot('role'),
    source: slot('source'),
    action: slot('action'),
    object_kind: slot('object_kind'),
    object_uuid: slot('object_uuid'),
    object_name: slot('object_name'),
    outcome: slot('outcome'),
    correlation_id: slot('correlation_id'),
    detail: slot('detail'),
    mac: slot('mac'),
  }),
)

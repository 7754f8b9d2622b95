import { createHmac } from 'node:crypto'
import type { AuditEvent } from '@chancery/ra'
import type { Insertable } from 'kysely'
import { fromDate, fromText } from '../column.ts'
import type { AuditEventTable } from '../schema/tables.ts'
import type { StoreKeys } from '../seal/store-key.ts'

/** What a MAC covers: every column but the two that the chain adds. */
export type AuditColumns = Omit<Insertable<AuditEventTable>, 'id' | 'mac' | 'seq'>

export function auditColumns(event: AuditEvent): AuditColumns {
  const { actor, object, correlationId } = event
  return {
    uuid: event.uuid,
    at: fromDate(event.at),
    actor_kind: actor.kind,
    actor: fromText(actor.name),
    role: actor.role ?? null,
    source: actor.source ?? null,
    action: event.action,
    object_kind: object?.kind ?? null,
    object_uuid: object?.uuid ?? null,
    object_name: object?.name === undefined ? null : fromText(object.name),
    outcome: event.outcome,
    correlation_id: correlationId ?? null,
    detail: fromText(JSON.stringify(event.detail)),
  }
}

/** Over the columns as they are stored, so that it can be checked from the row alone (design, rule 7). */
export function auditMac(keys: StoreKeys, columns: AuditColumns): Buffer {
  const { uuid, at, actor_kind, actor, role, source, action, object_kind, object_uuid, object_name } = columns
  const { outcome, correlation_id, detail } = columns
  const covered = [uuid, at, actor_kind, actor, role, source, action, object_kind, object_uuid, object_name]
  return createHmac('sha256', keys.subkey('audit'))
    .update(JSON.stringify([...covered, outcome, correlation_id, detail]))
    .digest()
}

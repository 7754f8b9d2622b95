import type { AuditEvent, AuditVerification } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { tableLines } from '../terminal/table.ts'

const HEAD = ['AT', 'WHO', 'FROM', 'DID', 'TO', 'OUTCOME', 'UUID']

export function auditTable(events: readonly AuditEvent[]): string[] {
  if (events.length === 0) return []
  return tableLines(
    HEAD,
    events.map(({ at, actor, action, object, outcome, uuid }) => [
      at,
      actor.name,
      actor.source ?? '-',
      action,
      objectOf(object),
      outcome,
      uuid,
    ]),
  )
}

export function auditLines(event: AuditEvent): string[] {
  const { uuid, seq, at, actor, action, object, outcome, correlationId, detail } = event
  const role = actor.role === null ? '' : `, ${actor.role}`
  const rows: readonly (readonly [string, string | null])[] = [
    ['uuid', uuid],
    ['place', seq === null ? 'in no chain yet' : String(seq)],
    ['at', at],
    ['who', `${actor.name} (${actor.kind}${role})`],
    ['from', actor.source],
    ['did', action],
    ['to', object === null ? null : `${objectOf(object)}${object.uuid === null ? '' : ` (${object.uuid})`}`],
    ['outcome', outcome],
    ['id', correlationId],
  ]
  return [
    ...rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(7)}  ${printable(value)}`])),
    ...JSON.stringify(detail, null, 2).split('\n').map(printable),
  ]
}

export function verificationLines(found: AuditVerification): string[] {
  const { events, checkpoint, head, headsCompared, headsTooOld, unchained, problems, problemCount } = found
  const more = problemCount - problems.length
  return [
    ...problems.map(({ message }) => `WRONG: ${printable(message)}`),
    ...(more > 0 ? [`WRONG: ${more} more.`] : []),
    `${events} events in the chain${checkpoint === null ? '' : `, from event ${checkpoint.seq + 1} on`}; ${unchained.count} in none yet`,
    `heads compared: ${headsCompared}${headsTooOld > 0 ? `; ${headsTooOld} are older than what is kept` : ''}`,
    `head: ${head.seq}:${head.head}`,
  ]
}

function objectOf(object: AuditEvent['object']): string {
  if (object === null) return '-'
  return `${object.kind} ${object.name ?? object.uuid ?? ''}`.trim()
}

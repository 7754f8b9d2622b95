import { randomUUID } from 'node:crypto'
import type { AuditEvent } from '@chancery/ra'
import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { statement } from '../statement.ts'
import { NOW } from './sample.ts'

export function sampleEvent(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    uuid: randomUUID(),
    at: NOW,
    actor: { kind: 'token', name: 'backup', role: 'auditor', source: '192.0.2.1' },
    action: 'scepProfile.update',
    object: { kind: 'scepProfile', uuid: randomUUID(), name: 'default' },
    outcome: 'done',
    correlationId: 'aaaa-bbbb',
    detail: { before: { enabled: true }, after: { enabled: false } },
    ...change,
  }
}

export const sampleEvents = (count: number) => Array.from({ length: count }, () => sampleEvent())

/** As somebody would who has the database but not the server. */
export async function execute(driver: Driver, text: string): Promise<void> {
  const written = statement((db) => ({ compile: () => sql.raw(text).compile(db) }))
  const write = { statement: written, values: {}, expect: 'any', otherwise: 'state' } as const
  await driver.commit({ sequential: true, writes: [write] })
}

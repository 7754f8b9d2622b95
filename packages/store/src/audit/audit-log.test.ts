import { randomUUID } from 'node:crypto'
import type { AuditEvent } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { statement } from '../statement.ts'
import { NOW } from '../testing/sample.ts'

const event = (change: Partial<AuditEvent> = {}): AuditEvent => ({
  uuid: randomUUID(),
  at: NOW,
  actor: { kind: 'token', name: 'backup', role: 'auditor', source: '192.0.2.1' },
  action: 'scepProfile.update',
  object: { kind: 'scepProfile', uuid: randomUUID(), name: 'default' },
  outcome: 'done',
  detail: { before: { enabled: true }, after: { enabled: false } },
  ...change,
})

const rows = statement((db) => db.selectFrom('audit_event').selectAll().orderBy('id'))

onBothDatabases((database) => {
  test('events are there as they were told, each with a MAC of its own, and in no chain yet', async () => {
    const { store, options } = await database.fresh()
    const nobody = event({ actor: { kind: 'nobody', name: 'x\0y' }, action: 'session.create', outcome: 'refused' })
    await store.audit.record([event(), nobody])
    const driver = await database.driver(options)
    const [first, second] = await driver.all(rows, {})
    expect(first).toMatchObject({ actor: 'backup', role: 'auditor', outcome: 'done', seq: null })
    expect(second).toMatchObject({ actor: 'x\\00y', role: null, source: null, correlation_id: null })
    expect(first?.mac).toHaveLength(32)
    expect(first?.mac).not.toEqual(second?.mac)
  })

  test('with a change of the configuration they are committed, or not at all', async () => {
    const { store, options, configuration } = await database.fresh()
    const uuid = configuration.scepProfiles[0]?.uuid ?? ''
    const change = { edit: 'setScepProfile', uuid, change: { description: 'new' } } as const
    const driver = await database.driver(options)
    expect(await store.configuration.edit([change], 7, undefined, [event()])).toEqual({ status: 'stale' })
    expect(await driver.all(rows, {})).toHaveLength(0)
    const done = await store.configuration.edit([change], configuration.version, undefined, [event(), event()])
    expect(done.status).toBe('changed')
    expect(await driver.all(rows, {})).toHaveLength(2)
  })
})

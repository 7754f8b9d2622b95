import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { statement } from '../statement.ts'
import { execute, sampleEvent, sampleEvents } from '../testing/audit.ts'
import { NOW } from '../testing/sample.ts'

const HOUR = 3_600_000
const segments = statement((db) => db.selectFrom('audit_segment').selectAll().orderBy('number'))

onBothDatabases((database) => {
  test('events get numbers without a gap, in the order in which they were written', async () => {
    const { store } = await database.fresh()
    const events = sampleEvents(3)
    expect(await store.audit.isChainDue()).toBe(false)
    await store.audit.record(events)
    expect(await store.audit.isChainDue()).toBe(true)
    expect(await store.audit.chain(NOW)).toMatchObject({ seq: 3, more: false })
    const last = sampleEvent({ actor: { kind: 'nobody', name: 'x' }, object: { kind: 'session' } })
    await store.audit.record([last])
    expect(await store.audit.chain(NOW)).toMatchObject({ seq: 4 })
    expect(await store.audit.chain(NOW)).toBeUndefined()
    expect(await store.audit.after(0, 9)).toEqual([...events, last].map((event, index) => ({ seq: index + 1, event })))
    expect(await store.audit.after(1, 2)).toHaveLength(2)
    expect(await store.audit.after(4, 9)).toEqual([])
  })

  test('an event that is written later under a lower id comes after those that are chained', async () => {
    const { store, options } = await database.fresh()
    await store.audit.record(sampleEvents(2))
    const driver = await database.driver(options)
    await execute(driver, 'update audit_event set id = id + 1000')
    await store.audit.chain(NOW)
    const late = sampleEvent()
    await store.audit.record([late])
    await execute(driver, 'update audit_event set id = 1 where seq is null')
    expect(await store.audit.chain(NOW)).toMatchObject({ seq: 3 })
    expect((await store.audit.after(2, 9)).map(({ event }) => event.uuid)).toEqual([late.uuid])
  })

  test('where little happens a segment goes on for an hour, and where much happens for a thousand events', async () => {
    const { store, options } = await database.fresh()
    const driver = await database.driver(options)
    const lengths = async () => (await driver.all(segments, {})).map((row) => row.last_seq - row.first_seq + 1)
    for (const minutes of [0, 59, 61]) {
      await store.audit.record(sampleEvents(1))
      await store.audit.chain(new Date(NOW.getTime() + (minutes / 60) * HOUR))
    }
    expect(await lengths()).toEqual([2, 1])
    for (let filled = 0; filled < 1500; filled += 50) await store.audit.record(sampleEvents(50))
    const after = new Date(NOW.getTime() + 1.1 * HOUR)
    expect(await store.audit.chain(after)).toMatchObject({ seq: 503, more: true })
    while ((await store.audit.chain(after))?.more) expect(true).toBe(true)
    expect(await lengths()).toEqual([2, 501, 1000])
  })

  test('of two nodes that chain at once, each event has one place', async () => {
    const { store, options } = await database.fresh()
    const other = await database.reopen(options)
    await store.audit.record(sampleEvents(20))
    const both = await Promise.all([store.audit.chain(NOW), other.audit.chain(NOW)])
    expect(both.filter((head) => head !== undefined)).toHaveLength(1)
    expect((await store.audit.after(0, 99)).map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })

  test('under a lease that somebody else has taken nothing is chained', async () => {
    const { store } = await database.fresh()
    await store.audit.record(sampleEvents(1))
    const old = await store.leases.acquire('chainAudit', 'a', 0)
    const lease = await store.leases.acquire('chainAudit', 'b', 60)
    expect(await store.audit.chain(NOW, old)).toBeUndefined()
    expect(await store.audit.after(0, 1)).toEqual([])
    expect(await store.audit.chain(NOW, lease)).toMatchObject({ seq: 1 })
  })
})

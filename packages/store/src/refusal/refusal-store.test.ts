import { expect, test } from 'vitest'
import { onBothDatabases, type TestDatabase } from '../../../../tests/store.ts'
import { NOW, sampleRecord } from '../testing/sample.ts'
import type { RefusalBounds } from './bounds.ts'

async function bounded(database: TestDatabase, refusals: Partial<RefusalBounds>) {
  const { options } = await database.fresh()
  return database.reopen({ ...options, refusals })
}

const some = (count: number, offset = 0) =>
  Array.from({ length: count }, (_, index) => sampleRecord({ at: new Date(NOW.getTime() + offset + index) }))

onBothDatabases((database, dialect) => {
  test('with too little free disk none is written, and what is decided otherwise is', async () => {
    const store = await bounded(database, { leastFreeOctets: 1000, freeOctets: async () => 999 })
    expect(await store.refusals.write(some(3))).toBe('full')
    await store.decisions.write(some(1))
    expect((await store.decisions.list({ limit: 9 })).records).toHaveLength(1)
    const roomy = await bounded(database, { leastFreeOctets: 1000, freeOctets: async () => 1000 })
    expect(await roomy.refusals.write(some(3))).toBe('written')
    expect((await roomy.decisions.list({ limit: 9 })).records).toHaveLength(3)
  })

  test('there are never many more than may be, and the oldest of them are gone', async () => {
    const { options } = await database.fresh()
    const reopened = () => database.reopen({ ...options, refusals: { mostRows: 50 } })
    const store = await reopened()
    for (let round = 0; round < 4; round++) await store.refusals.write(some(40, round * 1000))
    // On PostgreSQL each process looks at the bounds once a minute, before it writes.
    await (await reopened()).refusals.write(some(40, 4000))
    const { records } = await store.decisions.list({ limit: 500 })
    expect(records).toHaveLength(dialect === 'sqlite' ? 50 : 90)
    expect(records[0]?.at.getTime()).toBe(NOW.getTime() + 4039)
  })

  test('records of several days are found and go day by day', async () => {
    const store = await bounded(database, {})
    const days = [0, 1, 2].map((day) => sampleRecord({ at: new Date(NOW.getTime() + day * 86_400_000) }))
    await store.refusals.write(days)
    await store.refusals.prune(new Date(NOW.getTime() + 86_400_000 - 43_200_000))
    expect((await store.decisions.list({ limit: 9 })).records).toEqual([days[2], days[1]])
    await store.refusals.write([days[0] as (typeof days)[0]])
    expect((await store.decisions.list({ limit: 9 })).records).toHaveLength(3)
  })
})

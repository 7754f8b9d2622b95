import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { Store } from '../index.ts'
import { NOW } from '../testing/sample.ts'

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const ended = (name: string, outcome: 'done' | 'failed', summary: string) => ({
  uuid: randomUUID(),
  name,
  startedAt: NOW,
  endedAt: later(1),
  outcome,
  summary,
})

async function leaseOf(store: Store, name: string, seconds = 60) {
  const lease = await store.leases.acquire(name, randomUUID(), seconds)
  if (lease === undefined) throw new Error('no lease')
  return lease
}

onBothDatabases((database) => {
  test('what is wanted of a job is kept, and changed as a whole', async () => {
    const { jobs } = (await database.fresh()).store
    expect(await jobs.settings()).toEqual([])
    const setting = { name: 'crl', enabled: false, cron: '* * * * *', timeZone: 'UTC', cronFollowedTo: NOW }
    await jobs.change(setting)
    expect(await jobs.settings()).toEqual([setting])
    const back = { name: 'crl', enabled: true, cron: null, timeZone: null, cronFollowedTo: null }
    await jobs.change(back)
    expect(await jobs.settings()).toEqual([back])
  })

  test('of two nodes one follows a cron expression to a time', async () => {
    const { jobs } = (await database.fresh()).store
    const setting = { name: 'crl', enabled: true, cron: '* * * * *', timeZone: null, cronFollowedTo: NOW }
    await jobs.change(setting)
    const both = await Promise.all([jobs.followCron(setting, later(60)), jobs.followCron(setting, later(61))])
    expect(both.toSorted()).toEqual([false, true])
    await jobs.change({ ...setting, cron: '0 * * * *' })
    expect(await jobs.followCron(setting, later(60)), 'somebody has changed it').toBe(false)
  })

  test('a request waits for a node, is one however often it is made, and is taken up once', async () => {
    const { store } = await database.fresh()
    const { jobs } = store
    const ask = (name = 'crl') => jobs.request({ uuid: randomUUID(), name, by: 'alice', at: NOW })
    const asked = await Promise.all(Array.from({ length: 5 }, () => ask()))
    expect(new Set(asked).size).toBe(1)
    const [uuid = ''] = asked
    expect(await ask('other')).not.toBe(uuid)
    expect(await jobs.run(uuid)).toMatchObject({ trigger: 'request', requestedBy: 'alice', startedAt: null })
    const lease = await leaseOf(store, 'crl')
    expect(await jobs.start(uuid, later(1), lease)).toBe(true)
    expect(await jobs.start(uuid, later(2), lease)).toBe(false)
    expect(await ask(), 'one that is running is no longer waiting').not.toBe(uuid)
    expect(await jobs.end({ ...ended('crl', 'done', 'one CRL'), uuid }, lease)).toBe(true)
    expect(await jobs.run(uuid)).toMatchObject({ outcome: 'done', summary: 'one CRL', endedAt: later(1) })
  })

  test('under a lease that somebody else has taken nothing is started, ended or recorded', async () => {
    const { store } = await database.fresh()
    const { jobs } = store
    const uuid = await jobs.request({ uuid: randomUUID(), name: 'crl', by: 'alice', at: NOW })
    const old = await leaseOf(store, 'crl', 0)
    const lease = await leaseOf(store, 'crl')
    expect(await jobs.start(uuid, NOW, old)).toBe(false)
    expect(await jobs.start(uuid, NOW, lease)).toBe(true)
    expect(await jobs.end({ ...ended('crl', 'done', 'late'), uuid }, old)).toBe(false)
    expect(await jobs.record(ended('crl', 'done', 'late'), old)).toBe(false)
    expect(await jobs.record(ended('crl', 'failed', 'late'), old)).toBe(false)
    expect((await jobs.runs('crl', { limit: 9 })).runs).toMatchObject([{ uuid, outcome: null }])
  })

  test('a run whose node is gone is told as failed once its lease has run out, and not before', async () => {
    const { store } = await database.fresh()
    const { jobs } = store
    const uuid = await jobs.request({ uuid: randomUUID(), name: 'crl', by: 'alice', at: NOW })
    const lease = await leaseOf(store, 'crl')
    await jobs.start(uuid, NOW, lease)
    const [open] = await jobs.openRuns()
    if (open === undefined) expect.fail('it is not open')
    expect(open).toMatchObject({ uuid, held: true })
    expect(await jobs.abandon(open, 'gone', NOW)).toBe(false)
    await store.leases.renew(lease, 0)
    expect(await jobs.openRuns()).toMatchObject([{ uuid, held: false }])
    expect(await jobs.abandon(open, 'gone', NOW)).toBe(true)
    expect(await jobs.run(uuid)).toMatchObject({ outcome: 'failed', summary: 'gone' })
    expect(await jobs.openRuns()).toEqual([])
  })

  test('a job that fails for the same reason again and again is one line with a count', async () => {
    const { store } = await database.fresh()
    const { jobs } = store
    const lease = await leaseOf(store, 'crl')
    for (const why of ['no disk', 'no disk', 'no disk', 'no key', 'no disk']) {
      await jobs.record(ended('crl', 'failed', why), lease)
    }
    await jobs.record(ended('crl', 'done', 'one CRL'), lease)
    const { runs } = await jobs.runs('crl', { limit: 9 })
    expect(runs.map(({ summary, times }) => [summary, times])).toEqual([
      ['one CRL', 1],
      ['no disk', 1],
      ['no key', 1],
      ['no disk', 3],
    ])
  })

  test('of each job the newest two hundred runs are kept, in pages', async () => {
    const { store } = await database.fresh()
    const { jobs } = store
    const lease = await leaseOf(store, 'crl')
    const other = await leaseOf(store, 'other')
    await jobs.record(ended('other', 'done', 'kept'), other)
    for (let number = 0; number < 203; number++) await jobs.record(ended('crl', 'done', `${number}`), lease)
    const first = await jobs.runs('crl', { limit: 150 })
    const second = await jobs.runs('crl', { limit: 150, before: first.next })
    const numbers = [...first.runs, ...second.runs].map(({ summary }) => Number(summary))
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => 202 - index))
    expect(second.next).toBeUndefined()
    expect((await jobs.newestRuns()).map(({ summary }) => summary).toSorted()).toEqual(['202', 'kept'])
  })
})

import { randomUUID } from 'node:crypto'
import type { Lease } from '@chancery/store'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newCourier } from '../notice/new-courier.ts'
import { KeyRing } from '../snapshot/keys.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { Upstreams } from '../upstream/upstreams.ts'
import type { Job, JobContext } from './job.ts'
import { startJobs } from './scheduler.ts'

const nobody = () => {
  throw new Error('nobody is asked here')
}

let server: TestApp
let context: JobContext
beforeAll(async () => {
  server = await testApp()
  const { store, clock } = server
  const log = pino({ level: 'silent' })
  const now = () => clock.now
  const upstreams = new Upstreams({ now, log })
  const courier = newCourier({ smtp: undefined, publicUrl: undefined }, now)
  context = { store, keys: new KeyRing(), upstreams, courier, log, now, publicUrl: undefined, revocationSource: nobody }
})
afterAll(() => server.close())

function job(name: string, work: () => Promise<void>, isDue = async () => true): Job {
  const run = async () => {
    await work()
    return undefined
  }
  return { name, title: name, does: `Does ${name}.`, everySeconds: 3600, isDue, run }
}

const SETTING = { enabled: true, cron: null, timeZone: null, cronFollowedTo: null }

const once = async (...jobs: Job[]) => (await startJobs(context, jobs)).stop()

test('of two nodes one runs a job, and when it has ended the other may', async () => {
  const seen: string[] = []
  const second = job('shared', async () => void seen.push('second'))
  const first = job('shared', async () => {
    seen.push('first')
    await once(second)
  })
  await once(first)
  expect(seen).toEqual(['first'])
  await once(second)
  expect(seen).toEqual(['first', 'second'])
})

test('a node that died in the middle of a job is followed by another once its lease has run out', async () => {
  const seen: string[] = []
  const next = job('orphan', async () => void seen.push('next'))
  const dead = await context.store.leases.acquire('orphan', 'dead', 60)
  await once(next)
  expect(seen).toEqual([])
  if (dead !== undefined) await context.store.leases.renew(dead, 0)
  await once(next)
  expect(seen).toEqual(['next'])
})

test('what is not due asks for no lease, and a job that fails neither stops the others nor keeps its lease', async () => {
  const seen: string[] = []
  const failing = job('failing', async () => {
    seen.push('failing')
    throw new Error('broken')
  })
  const idle = job(
    'idle',
    async () => void seen.push('idle'),
    async () => false,
  )
  await once(
    failing,
    idle,
    job('other', async () => void seen.push('other')),
  )
  await once(failing)
  expect(seen).toEqual(['failing', 'other', 'failing'])
  expect((await context.store.leases.acquire('idle', 'first', 1))?.token).toBe(1)
})

describe('a run that was asked for', () => {
  const ask = (name: string) => context.store.jobs.request({ uuid: randomUUID(), name, by: 'alice', at: new Date() })

  test('is taken up by any node though nothing is due and the job is switched off, and its outcome is kept', async () => {
    const nothing = job(
      'asked',
      async () => undefined,
      async () => false,
    )
    await context.store.jobs.change({ ...SETTING, name: 'asked', enabled: false })
    const uuid = await ask('asked')
    await once(nothing)
    expect(await context.store.jobs.run(uuid)).toMatchObject({ outcome: 'done', summary: 'There was nothing to do.' })
    const again = await ask('asked')
    await once({ ...nothing, run: async () => 'two\nlines' })
    expect(await context.store.jobs.run(again)).toMatchObject({ outcome: 'done', summary: 'two lines' })
  })

  test('that fails says why, and the audit log has it', async () => {
    const uuid = await ask('broken')
    await once(job('broken', async () => Promise.reject(new Error('no disk'))))
    expect(await context.store.jobs.run(uuid)).toMatchObject({ outcome: 'failed', summary: 'no disk' })
    await server.runJobs()
    const failures = (await context.store.audit.after(0, 999)).filter(({ event }) => event.outcome === 'failed')
    expect(failures.at(-1)?.event).toMatchObject({ action: 'job.run', actor: { kind: 'job', name: 'broken' } })
  })

  test('of a running server begins within about a second', async () => {
    const scheduler = await startJobs(context, [{ ...job('soon', async () => undefined), run: async () => 'done' }])
    const uuid = await ask('soon')
    await vi.waitFor(async () => expect(await context.store.jobs.run(uuid)).toMatchObject({ summary: 'done' }), 10_000)
    await scheduler.stop()
  })

  test('waits while another node has the job', async () => {
    const lease = await context.store.leases.acquire('busy', 'elsewhere', 60)
    const uuid = await ask('busy')
    const busy = { ...job('busy', async () => undefined), run: async () => 'done' }
    await once(busy)
    expect(await context.store.jobs.run(uuid)).toMatchObject({ startedAt: null })
    if (lease !== undefined) await context.store.leases.release(lease)
    await once(busy)
    expect(await context.store.jobs.run(uuid)).toMatchObject({ summary: 'done' })
  })
})

test('a job that is switched off does not run by itself', async () => {
  const seen: string[] = []
  const off = job('off', async () => void seen.push('off'))
  await context.store.jobs.change({ ...SETTING, name: 'off', enabled: false })
  await once(off)
  await context.store.jobs.change({ ...SETTING, name: 'off' })
  await once(off)
  expect(seen).toEqual(['off'])
})

test('what did nothing leaves no history, what did something one line', async () => {
  const idle = job('quiet', async () => undefined)
  await once(idle)
  expect((await context.store.jobs.runs('quiet', { limit: 9 })).runs).toEqual([])
  await once({ ...idle, run: async () => '3 CRLs published' })
  expect((await context.store.jobs.runs('quiet', { limit: 9 })).runs).toMatchObject([
    { trigger: 'rhythm', outcome: 'done', summary: '3 CRLs published', times: 1 },
  ])
})

test('a cron expression is followed once for all times that passed, and from anew where the clock jumped back', async () => {
  const seen: string[] = []
  const nightly = job('nightly', async () => void seen.push(context.now().toISOString()))
  const start = new Date('2026-06-01T12:00:00Z')
  const clock = server.clock
  const real = clock.now
  const at = async (now: Date) => {
    clock.now = now
    await once(nightly)
    return seen.length
  }
  await context.store.jobs.change({ ...SETTING, name: 'nightly', cron: '0 4 * * *', cronFollowedTo: start })
  expect(await at(start)).toBe(0)
  expect(await at(new Date('2026-06-05T12:00:00Z')), 'four nights passed').toBe(1)
  expect(await at(new Date('2026-06-05T12:00:01Z'))).toBe(1)
  expect(await at(new Date('2026-06-01T13:00:00Z')), 'days back').toBe(1)
  expect(await at(new Date('2026-06-02T04:00:00Z')), 'and it goes on from there').toBe(2)
  clock.now = real
})

test('a run that hangs is given up, and what it writes once another node has the job is refused', async () => {
  const hung = Promise.withResolvers<Lease>()
  const hanging: Job = {
    ...job('hanging', async () => undefined),
    run(_, lease) {
      hung.resolve(lease)
      return new Promise(() => undefined)
    },
  }
  const scheduler = await startJobs(context, [hanging], { leaseSeconds: 30, longestSeconds: 0.05 })
  await scheduler.stop()
  const old = await hung.promise
  const [run] = (await context.store.jobs.runs('hanging', { limit: 1 })).runs
  expect(run).toMatchObject({ outcome: 'failed', summary: expect.stringContaining('was given up') })
  const lease = await context.store.leases.acquire('hanging', 'other', 60)
  expect(lease?.token).toBeGreaterThan(old.token)
  const late = { uuid: randomUUID(), name: 'hanging', startedAt: new Date(), endedAt: new Date() }
  expect(await context.store.jobs.record({ ...late, outcome: 'done', summary: 'late' }, old)).toBe(false)
})

import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KeyRing } from '../snapshot/keys.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { Upstreams } from '../upstream/upstreams.ts'
import type { Job, JobContext } from './job.ts'
import { startJobs } from './scheduler.ts'

let server: TestApp
let context: JobContext
beforeAll(async () => {
  server = await testApp()
  const { store, clock } = server
  const log = pino({ level: 'silent' })
  const now = () => clock.now
  const upstreams = new Upstreams({ now, log })
  context = { store, keys: new KeyRing(), upstreams, log, now, publicUrl: undefined }
})
afterAll(() => server.close())

function job(name: string, work: () => Promise<void>, isDue = async () => true): Job {
  const run = async () => {
    await work()
    return undefined
  }
  return { name, title: name, does: `Does ${name}.`, everySeconds: 3600, isDue, run }
}

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

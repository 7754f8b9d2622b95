import type { Job } from '@chancery/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { JOBS } from '../../jobs/scheduler.ts'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const path = '/v1/scheduler/jobs'

test('every job says what it is called and what it does, and none was changed or ran', async () => {
  const { jobs } = (await server.call('GET', path)).body as { jobs: Job[] }
  expect(jobs.map(({ name }) => name)).toEqual(JOBS.map(({ name }) => name))
  for (const job of jobs) {
    expect(job).toMatchObject({ enabled: true, cron: null, nextAt: null, lastRun: null })
    expect(job.does).toMatch(/^[A-Z].*\.$/)
    if (job.whenOff !== null) expect(job.whenOff).toMatch(/^[A-Z].*\.$/)
  }
  expect((await server.call('GET', `${path}/publishCrls`)).body).toEqual(
    jobs.find(({ name }) => name === 'publishCrls'),
  )
})

test('a job is switched off and on and given a cron expression, and the audit log has before and after', async () => {
  const changed = await server.call('PATCH', `${path}/pruneChallenges`, { enabled: false, cron: '0 4 * * *' })
  expect(changed.body).toMatchObject({ enabled: false, cron: '0 4 * * *', timeZone: null, nextAt: null })
  const on = await server.call('PATCH', `${path}/pruneChallenges`, { enabled: true, timeZone: 'Asia/Tokyo' })
  expect(on.body).toMatchObject({ cron: '0 4 * * *', nextAt: expect.stringMatching(/T19:00:00.000Z$/) })
  const own = await server.call('PATCH', `${path}/pruneChallenges`, { cron: null })
  expect(own.body).toMatchObject({ enabled: true, cron: null, timeZone: null, nextAt: null })
  await server.store.audit.chain(new Date())
  const events = (await server.store.audit.after(0, 99)).map(({ event }) => event)
  expect(events.filter(({ action }) => action === 'job.update')).toMatchObject([
    { detail: { before: { enabled: true, cron: null }, after: { enabled: false, cron: '0 4 * * *' } } },
    { detail: { after: { enabled: true, timeZone: 'Asia/Tokyo' } } },
    { object: { kind: 'job', name: 'pruneChallenges' } },
  ])
})

test('a run is asked for, found, and listed', async () => {
  const asked = await server.call('POST', `${path}/publishCrls/run`)
  expect(asked.status).toBe(202)
  const { uuid } = asked.body as { uuid: string }
  expect(asked.headers.location).toBe(`/api/v1/scheduler/runs/${uuid}`)
  expect(asked.body).toMatchObject({ job: 'publishCrls', trigger: 'request', startedAt: null, outcome: null })
  expect((await server.call('POST', `${path}/publishCrls/run`)).body, 'it waits already').toEqual(asked.body)
  expect((await server.call('GET', `/v1/scheduler/runs/${uuid.toUpperCase()}`)).body).toEqual(asked.body)
  expect((await server.call('GET', `${path}/publishCrls/runs`)).body).toEqual({ runs: [asked.body], nextCursor: null })
  expect((await server.call('GET', `${path}/publishCrls`)).body).toMatchObject({ lastRun: asked.body })
})

describe('bad input', () => {
  test.each<[string, unknown, RegExp[]]>([
    ['no cron expression', { cron: 'daily' }, [/five fields/]],
    ['seconds', { cron: '* * * * * *' }, [/five fields/]],
    ['a day that never comes', { cron: '0 0 31 2 *' }, [/never comes/]],
    ['no time zone', { cron: '* * * * *', timeZone: 'Mars/Olympus' }, [/timeZone/]],
    ['a time zone without an expression', { timeZone: 'UTC' }, [/only where there is a cron/]],
    ['types', { enabled: 'yes', cron: 5 }, [/cron must be/, /enabled must be/]],
    ['an unknown field', { every: 5 }, [/every/]],
  ])('%s is 422 with every fault, and changes nothing', async (_, body, faults) => {
    const answer = await server.call('PATCH', `${path}/sendOrders`, body)
    expect(answer.status).toBe(422)
    expect((answer.body as string[]).toSorted()).toEqual(faults.map((fault) => expect.stringMatching(fault)))
    expect((await server.call('GET', `${path}/sendOrders`)).body).toMatchObject({ enabled: true, cron: null })
  })

  test('what must run cannot be switched off', async () => {
    const answer = await server.call('PATCH', `${path}/chainAudit`, { enabled: false })
    expect(answer.body).toEqual(['enabled must be true: the job chainAudit cannot be switched off.'])
  })

  test.each([
    ['GET', `${path}/nothing`],
    ['PATCH', `${path}/nothing`],
    ['POST', `${path}/__proto__/run`],
    ['GET', `${path}/nothing/runs`],
    ['GET', '/v1/scheduler/runs/019a0000-0000-7000-8000-000000000009'],
    ['GET', '/v1/scheduler/runs/nothing'],
  ] as const)('%s %s is 404', async (method, where) => {
    expect((await server.call(method, where, method === 'GET' ? undefined : {})).status).toBe(404)
  })

  test('a cursor of another list is 422', async () => {
    expect((await server.call('GET', `${path}/sendOrders/runs?cursor=AAAA`)).status).toBe(422)
  })
})

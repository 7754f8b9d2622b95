import { DEFAULT_RETENTION } from '@chancery/ra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

const PATH = '/v1/settings/retention'

test('retention is read as it is by default, set as a whole, and read again', async () => {
  expect(await server.call('GET', PATH)).toMatchObject({ status: 200, body: DEFAULT_RETENTION })
  const changed = { ...DEFAULT_RETENTION, decisionDays: 30 }
  expect(await server.call('PUT', PATH, changed)).toMatchObject({ status: 200, body: changed })
  expect(await server.call('GET', PATH)).toMatchObject({ status: 200, body: changed })
})

test('every fault of it is told at once', async () => {
  const { status, body } = await server.call('PUT', PATH, { decisionDays: 0, refusalDays: '7', x: 1 })
  expect([status, (body as string[]).length]).toEqual([422, 6])
})

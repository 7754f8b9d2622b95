import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const YEAR = 365 * 86_400_000

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
afterAll(() => server.close())

test('a CRL of a clock that was years ahead is replaced once the clock is right, with a higher number', async () => {
  const right = server.clock.now
  server.clock.now = new Date(right.getTime() + 4 * YEAR)
  await server.runJobs()
  const ahead = await server.store.crls.newest(1)
  server.clock.now = right
  await server.runJobs()
  const mended = await server.store.crls.newest(1)
  expect(mended?.thisUpdate.getTime()).toBeLessThanOrEqual(right.getTime())
  expect(mended?.number).toBeGreaterThan(ahead?.number ?? 0n)
  await server.runJobs()
  expect((await server.store.crls.newest(1))?.number, 'and once is enough').toBe(mended?.number)
})

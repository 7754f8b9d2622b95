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

test('the settings of the authority say how long a CRL lasts, and above which number it goes on', async () => {
  const { configuration } = await server.context.snapshots.current()
  const uuid = configuration.authorities[0]?.uuid ?? ''
  const settings = { crlValidityDays: 30, crlNumberAbove: 9e14 }
  await server.store.configuration.edit([{ edit: 'setAuthority', uuid, change: { settings } }])
  server.clock.now = new Date(server.clock.now.getTime() + 6 * 86_400_000)
  await server.runJobs()
  const crl = await server.store.crls.newest(1)
  expect(crl?.number).toBe(BigInt(9e14) + 1n)
  expect((crl?.nextUpdate.getTime() ?? 0) - (crl?.thisUpdate.getTime() ?? 0)).toBe(30 * 86_400_000)
})

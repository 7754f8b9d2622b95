import { Secret, uuidV7 } from '@chancery/ra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
afterAll(() => server.close())

const DAY = 86_400_000

test('challenges are forgotten ninety days after they expired, and the log says how many', async () => {
  const { store, clock, lines } = server
  const [profile] = (await server.context.snapshots.current()).configuration.scepProfiles
  const scepProfileId = profile?.id ?? 0
  const made = { scepProfileId, uses: 1, subject: null, subjectAltNames: null, maker: 'test', isPassword: false }
  const start = clock.now.getTime()
  for (const [index, days] of [1, 2, 60].entries()) {
    const challenge = new Secret(`challenge ${index}`)
    await store.challenges.create({
      ...made,
      uuid: uuidV7(clock.now),
      challenge,
      expiresAt: new Date(start + days * DAY),
    })
  }
  const left = async () => (await store.challenges.list({ scepProfileId, limit: 9 }, clock.now)).challenges.length
  clock.now = new Date(start + 90 * DAY)
  await server.runJobs()
  expect(await left()).toBe(3)
  clock.now = new Date(start + 93 * DAY)
  await server.runJobs()
  expect(await left()).toBe(1)
  expect(lines).toContainEqual(expect.objectContaining({ removed: 2 }))
})

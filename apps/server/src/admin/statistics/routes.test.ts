import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { IssuedCertificate, Statistics } from '@chancery/api'
import { Statistics as StatisticsSchema } from '@chancery/api'
import { buildCertificationRequest, encodePem, nameFromText, softwareSigningKey } from '@chancery/pki'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../../tests/store.ts'
import { newTokenText } from '../../auth/token-text.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'
const HOUR = 3_600_000

onBothDatabases((database, dialect) => {
  let server: TestApp
  beforeAll(async () => {
    const where =
      dialect === 'sqlite'
        ? {}
        : {
            CHANCERY_DATABASE_URL: (await database.empty()).url,
            CHANCERY_KEY_SECRET: 'a secret of the test, long enough',
          }
    server = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: TOKEN })
  })
  afterAll(() => server.close())

  async function call(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() as unknown }
  }
  const statistics = async (query = '') => (await call('GET', `/statistics${query}`)).body as Statistics

  async function issue(): Promise<IssuedCertificate> {
    const { configuration } = await server.context.snapshots.current()
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = softwareSigningKey(privateKey)
    const csr = await buildCertificationRequest({ subject: nameFromText('CN=counted'), key })
    const path = `/raProfiles/${configuration.raProfiles[0]?.uuid}/certificates`
    const { status, body } = await call('POST', path, { csr: encodePem('CERTIFICATE REQUEST', csr) })
    expect(status).toBe(201)
    return body as IssuedCertificate
  }

  test('a new installation has counts of nothing, and says when its CA and RA certificate end', async () => {
    const found = await statistics()
    expect(Value.Check(StatisticsSchema, found)).toBe(true)
    expect(found.certificates.all).toMatchObject({ valid: 0, held: 0, revoked: 0, expired: 0 })
    expect(found.certificates.byRaProfile.map(({ raProfile }) => raProfile)).toEqual(['default'])
    expect(found.ends.map(({ kind }) => kind).toSorted()).toEqual(['ca', 'ra'])
    expect(found.requests).toEqual([])
  })

  test('certificates are counted by their standing, and a revocation counts at once', async () => {
    const first = await issue()
    await issue()
    server.clock.now = new Date(server.clock.now.getTime() + 2 * 60_000)
    await server.runJobs()
    expect((await statistics()).certificates.all).toMatchObject({ valid: 2, revoked: 0 })
    await call('PUT', `/certificates/${first.certificateUuid}/revoke`, { reason: 'superseded' })
    const after = await statistics()
    expect(after.certificates.all).toMatchObject({ valid: 1, revoked: 1, expiringIn7Days: 0 })
    expect(after.certificates.byRaProfile[0]).toMatchObject({ raProfile: 'default', valid: 1, revoked: 1 })
  })

  test('a request that is refused is counted by its reason, those of an hour in one row', async () => {
    for (let index = 0; index < 3; index++) {
      const answer = await server.app.inject({ method: 'POST', url: '/scep', payload: Buffer.from('nonsense') })
      expect(answer.statusCode).toBe(400)
    }
    await server.hours.flush()
    const { requests, refusals, byScepProfile } = await statistics()
    expect(requests.map(({ refused, issued }) => [refused, issued])).toEqual([[3, 0]])
    expect(refusals).toEqual([{ name: 'malformed', count: 3 }])
    expect(byScepProfile).toEqual([{ scepProfile: 'default', issued: 0, refused: 3 }])
    const later = (hours: number) => new Date(server.clock.now.getTime() + hours * HOUR).toISOString()
    expect((await statistics(`?from=${later(1)}&to=${later(3)}`)).requests).toEqual([])
  })

  test.each([
    ['from=2026-02-30', 'from is no date of the calendar.'],
    ['from=2026-11-25&to=2026-11-25', 'from must be before to.'],
    ['from=2020-01-01&to=2026-01-01', 'from and to are more than 1000 steps apart; ask by day, or for less.'],
    ['from=yesterday', 'from must be a date such as 2026-11-25 or a time such as 2026-11-25T12:00:00Z'],
    ['by=minute', 'by must be hour or day'],
  ])('?%s is 422: %s', async (query, fault) => {
    const { status, body } = await call('GET', `/statistics?${query}`)
    expect([status, body]).toEqual([422, [expect.stringContaining(fault)]])
  })

  test('a grant for one profile sees the counts of that one', async () => {
    const seen = async (scepProfiles: string[], raProfiles: string[]) => {
      const { token } = await scopedToken(server, { scepProfiles, raProfiles })
      const headers = { authorization: `Bearer ${token}` }
      const answer = await server.app.inject({ method: 'GET', url: '/api/v1/statistics', headers })
      return answer.json() as Statistics
    }
    const own = await seen(['default'], ['default'])
    expect([own.refusals.length, own.certificates.byRaProfile.length, own.certificates.all.valid]).toEqual([1, 1, 1])
    expect(own.ends).toEqual([])
    const other = await seen(['another'], [])
    expect([other.refusals, other.certificates.byRaProfile, other.certificates.all.valid]).toEqual([[], [], 0])
  })
})

async function scopedToken(
  { store, clock }: TestApp,
  scope: { scepProfiles: string[]; raProfiles: string[] },
): Promise<{ token: string }> {
  const token = newTokenText()
  const name = `viewer-${randomUUID()}`
  const made = { uuid: randomUUID(), name, role: 'viewer', maker: 'test', createdAt: clock.now, expiresAt: null, scope }
  expect(await store.tokens.create({ ...made, token })).toBe(true)
  return { token: token.reveal() }
}

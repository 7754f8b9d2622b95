import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { certificateOf, enrol, fetchCa, newDevices, sealEnrolment } from '../device.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'

const AT_ONCE = 50

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const DATABASES: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: 'one-challenge-test-secret-0123456789abcdef',
  }),
}

describe.each(Object.keys(DATABASES))('on %s', (database) => {
  let server: TestServer
  beforeAll(async () => {
    const env = await (DATABASES[database] as () => Promise<Record<string, string>>)()
    server = await startServer({ env: { CHANCERY_WORKERS: '2', ...env } })
  })
  afterAll(() => server.stop())

  /** This many devices send at once with one challenge. */
  async function race(uses: number) {
    const challenge = await createChallenge(server, { uses })
    const ca = await fetchCa(server.url)
    const devices = await newDevices(4)
    const enrolments = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => {
        const device = devices[index % devices.length]
        if (device === undefined) throw new Error('no device')
        return sealEnrolment(device, ca, { subject: `CN=racer-${uses}-${index}`, challenge })
      }),
    )
    const replies = await Promise.all(enrolments.map((one) => enrol(server.url, one, ca)))
    const won = enrolments.filter((_, index) => replies[index]?.status === 'SUCCESS')
    return { ca, enrolments, replies, won }
  }

  test('S-2.4-07 fifty requests at once with one challenge get exactly one certificate', async () => {
    const { replies, won } = await race(1)
    expect(won).toHaveLength(1)
    const refused = replies.filter((reply) => reply.status !== 'SUCCESS')
    expect(refused).toHaveLength(AT_ONCE - 1)
    for (const reply of refused) expect(reply).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  })

  test('S-2.4-07 a challenge for seven gives seven', async () => {
    const { won } = await race(7)
    expect(won).toHaveLength(7)
  })

  test('S-5.2-02 who won asks again and gets the same certificate, who lost is refused again', async () => {
    const { ca, enrolments, replies, won } = await race(1)
    const [winner] = won
    if (winner === undefined) throw new Error('nobody won')
    const first = replies[enrolments.indexOf(winner)]
    if (first === undefined) throw new Error('no reply')
    expect(certificateOf(await enrol(server.url, winner, ca)).der).toEqual(certificateOf(first).der)
    const loser = enrolments.find((one) => one !== winner)
    if (loser === undefined) throw new Error('nobody lost')
    expect(await enrol(server.url, loser, ca)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  })
})

import { randomBytes } from 'node:crypto'
import type { DecisionRecord } from '@chancery/ra'
import { Secret, uuidV7 } from '@chancery/ra'
import { parseCaCertificates, selectRecipient } from '@chancery/scep'
import type { DecisionQuery } from '@chancery/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Device,
  type EnrolmentOptions,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  read,
  type SealedEnrolment,
  sealEnrolment,
  sealPoll,
} from '../../../../../tests/device.ts'
import { type PostgresServer, startPostgres } from '../../../../../tests/postgres.ts'
import type { Settings } from '../../config.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

let postgres: PostgresServer
let devices: readonly Device[]
beforeAll(async () => {
  postgres = await startPostgres()
  devices = await Promise.all([newDevice(), newDevice(), newDevice()])
})
afterAll(() => postgres.stop())

describe('on SQLite', () => records(async () => ({})))
describe('on PostgreSQL', () =>
  records(async () => ({
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: randomBytes(32).toString('hex'),
  })))

const ALL_RULES = [
  ...['message', 'proofOfPossession', 'signer', 'renewalSwitch', 'transaction', 'template', 'firstEnrolment', 'key'],
  ...['subject', 'subjectAttributes', 'subjectAltNames', 'namePatterns', 'requiredNames', 'extensions', 'validUntil'],
  ...['renewal', 'challenge', 'secondCertificate', 'authority'],
]

function records(settings: () => Promise<Settings>): void {
  let server: TestApp
  let ca: PublishedCa
  beforeAll(async () => {
    server = await testApp(await settings())
    const answer = await server.app.inject({ url: `${PROFILE_PATH}?operation=GetCACert` })
    const certificates = parseCaCertificates(answer.rawPayload, String(answer.headers['content-type']))
    ca = { certificates, recipient: selectRecipient(certificates) }
  })
  afterAll(() => server.close())

  const device = (index: number) => devices[index] as Device
  const post = (payload: Buffer, url = PROFILE_PATH) =>
    server.app.inject({ method: 'POST', url, payload, headers: { 'user-agent': 'a device\u0001' } })
  const challenge = async (text = randomBytes(12).toString('hex')) => {
    const [profile] = (await server.context.snapshots.current()).configuration.scepProfiles
    const uuid = uuidV7(server.clock.now)
    await server.store.challenges.create({
      ...{ uuid, scepProfileId: profile?.id ?? 0, uses: 1, subject: null, subjectAltNames: null, maker: 'test' },
      challenge: new Secret(text),
      expiresAt: new Date(server.clock.now.getTime() + 3_600_000),
      isPassword: false,
    })
    return { uuid, text }
  }
  const seal = (index: number, options: EnrolmentOptions) =>
    sealEnrolment(device(index), ca, { transactionId: randomBytes(10).toString('hex'), ...options })
  const found = async (query: Partial<DecisionQuery>) => {
    await server.context.records.flush()
    return (await server.store.decisions.list({ limit: 100, ...query })).records
  }
  const only = async (query: Partial<DecisionQuery>): Promise<DecisionRecord> => {
    const all = await found(query)
    expect(all).toHaveLength(1)
    return all[0] as DecisionRecord
  }
  const ofTransaction = ({ transactionId }: SealedEnrolment, more: Partial<DecisionQuery> = {}) =>
    only({ transactionId, ...more })
  const names = ({ detail }: DecisionRecord) => detail.checks.map(({ check }) => check)
  const broken = ({ detail }: DecisionRecord) => detail.checks.filter(({ verdict }) => verdict !== 'passed')

  test('a certificate that is issued leaves one record, with every rule, the challenge and the certificate', async () => {
    const { uuid, text } = await challenge()
    const enrolment = await seal(0, { challenge: text, subject: 'CN=record-1' })
    const reply = await read(enrolment, (await post(enrolment.message)).rawPayload, ca)
    expect(reply.status).toBe('SUCCESS')
    const record = await ofTransaction(enrolment)
    expect(record).toMatchObject({
      outcome: 'issued',
      endpoint: 'scepProfile/default',
      messageType: 'PKCSReq',
      reason: null,
      challenge: uuid,
      subject: 'CN=record-1',
      peer: '127.0.0.1',
      count: 1,
      detail: { vouched: 'challenge', status: 200, userAgent: 'a device\\u0001', algorithms: { csr: 'RSA 2048' } },
    })
    expect(names(record)).toEqual(ALL_RULES)
    expect(broken(record)).toEqual([])
    const [certificate] = await server.store.revocations.find({ uuid: record.certificate ?? '' })
    expect(certificate?.subject).toBe('CN=record-1')
    // The same id stands in the log.
    expect(server.lines).toContainEqual(expect.objectContaining({ id: record.correlationId, outcome: 'issued' }))
    expect(await server.store.decisions.find(record.uuid)).toEqual(record)
  })
}

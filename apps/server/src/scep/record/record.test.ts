import { randomBytes } from 'node:crypto'
import { approve, type DecisionRecord, Secret, uuidV7 } from '@chancery/ra'
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
import { openDriver } from '../../../../../tests/driver.ts'
import { type PostgresServer, startPostgres } from '../../../../../tests/postgres.ts'
import type { Settings } from '../../config.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import type { Sketch } from './sketch.ts'

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
  let driver: Awaited<ReturnType<typeof openDriver>>
  beforeAll(async () => {
    server = await testApp(await settings())
    driver = await openDriver(server.context.config.database.url.reveal())
    const answer = await server.app.inject({ url: `${PROFILE_PATH}?operation=GetCACert` })
    const certificates = parseCaCertificates(answer.rawPayload, String(answer.headers['content-type']))
    ca = { certificates, recipient: selectRecipient(certificates) }
  })
  afterAll(async () => {
    await driver.close()
    await server.close()
  })

  const device = (index: number) => devices[index] as Device
  const post = (payload: Buffer, url = PROFILE_PATH) => {
    // Records of one millisecond are in no order.
    server.clock.now = new Date(server.clock.now.getTime() + 1)
    return server.app.inject({ method: 'POST', url, payload, headers: { 'user-agent': 'a device\u0001' } })
  }
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

  test('ids of requests of one second begin alike, so that an index of them grows at one place', async () => {
    const ids: string[] = []
    for (let index = 0; index < 2; index++) {
      const { text } = await challenge()
      const enrolment = await seal(index, { challenge: text, subject: `CN=id-${index}` })
      await post(enrolment.message)
      ids.push((await ofTransaction(enrolment)).correlationId)
    }
    const seconds = Math.floor(server.clock.now.getTime() / 1000) % 0x100000
    const begin = seconds.toString(16).padStart(5, '0')
    expect(ids).toEqual([0, 1].map(() => expect.stringMatching(new RegExp(`^${begin}[0-9a-f]{7}$`))))
    expect(ids[0]).not.toBe(ids[1])
  })

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

  test('S-5.2-02 the same message again leaves a record of its own, with the same certificate', async () => {
    const enrolment = await seal(1, { challenge: (await challenge()).text })
    await post(enrolment.message)
    await post(enrolment.message)
    const [again, first] = await found({ transactionId: enrolment.transactionId })
    expect([first?.outcome, again?.outcome]).toEqual(['issued', 'repeated'])
    expect(again).toMatchObject({ transaction: first?.transaction, certificate: first?.certificate })
    expect((await found({ transaction: first?.transaction ?? '' })).map(({ uuid }) => uuid)).toEqual([
      again?.uuid,
      first?.uuid,
    ])
    expect((await found({ certificate: first?.certificate ?? '' })).map(({ uuid }) => uuid)).toHaveLength(2)
  })

  /** Requests that nothing vouches for, with the check that each breaks. */
  const REFUSED: readonly (readonly [string, () => Promise<EnrolmentOptions>, Partial<DecisionRecord>, string])[] = [
    ['a wrong challenge', async () => ({ challenge: 'wrong' }), { reason: 'challenge_refused' }, 'challenge'],
    ['no challenge', async () => ({}), { reason: 'challenge_refused' }, 'challenge'],
    ['an empty subject', async () => ({ subject: '' }), { reason: 'subject_refused' }, 'subject'],
    [
      'a renewal of nothing',
      async () => ({ messageType: 'RenewalReq' }),
      { reason: 'renewal_refused' },
      'renewalSwitch',
    ],
    ['single DES', async () => ({ contentEncryption: 'des-cbc' }), { reason: 'content_encryption_refused' }, 'message'],
  ]
  test.each(REFUSED)('%s is refused with one record that names the check, and audited by nobody', async (...row) => {
    const [, options, expected, check] = row
    const enrolment = await seal(2, await options())
    const reply = await read(enrolment, (await post(enrolment.message)).rawPayload, ca)
    expect(reply.status).toBe('FAILURE')
    const record = await ofTransaction(enrolment)
    expect(record).toMatchObject({ outcome: 'refused', ...expected })
    expect(record.detail.vouched).toBeUndefined()
    expect(broken(record)).toEqual([expect.objectContaining({ check, verdict: 'refused' })])
    // What the device shows leads to it.
    if (reply.status === 'FAILURE') expect(reply.failInfoText).toContain(`[${record.correlationId}]`)
    expect(await only({ correlationId: record.correlationId })).toEqual(record)
    expect(await events(record.correlationId)).toEqual([])
    // It is not in the way of what counts.
    expect(await rowsOf('decision', record.uuid)).toBe(0)
  })

  test('a used up challenge is named in the record of the request that showed it again', async () => {
    const { uuid, text } = await challenge()
    await post((await seal(0, { challenge: text })).message)
    const second = await seal(1, { challenge: text })
    await post(second.message)
    const record = await ofTransaction(second)
    expect(record).toMatchObject({ outcome: 'refused', challenge: uuid, detail: { event: 'challenge_reused' } })
    expect((await found({ challenge: uuid })).map(({ outcome }) => outcome)).toEqual(['refused', 'issued'])
  })

  test('a refusal that a certificate of ours vouches for is audited with transactionID and failInfo', async () => {
    const enrolment = await seal(0, { challenge: (await challenge()).text, subject: 'CN=renewed' })
    const reply = await read(enrolment, (await post(enrolment.message)).rawPayload, ca)
    if (reply.status !== 'SUCCESS') throw new Error('no certificate')
    const renewal = await sealEnrolment({ ...device(0), certificate: reply.certificate }, ca, {
      messageType: 'RenewalReq',
      subject: 'CN=somebody else',
      transactionId: randomBytes(8).toString('hex'),
    })
    await post(renewal.message)
    const record = await ofTransaction(renewal)
    const issued = await ofTransaction(enrolment)
    expect(record).toMatchObject({
      outcome: 'refused',
      failInfo: 'badRequest',
      certificate: issued.certificate,
      detail: { vouched: 'certificate' },
    })
    expect(broken(record)).toEqual([expect.objectContaining({ check: 'renewal', verdict: 'refused' })])
    expect(await rowsOf('decision', record.uuid)).toBe(1)
    expect(await events(record.correlationId)).toMatchObject([
      {
        action: 'certificate.issue',
        outcome: 'refused',
        actor_kind: 'device',
        detail: { transactionId: renewal.transactionId, failInfo: 'badRequest', reason: record.reason },
      },
    ])
    expect(await events(issued.correlationId)).toMatchObject([
      {
        action: 'certificate.issue',
        outcome: 'done',
        object_uuid: issued.certificate,
        object_name: 'CN=renewed',
        source: '127.0.0.1',
        detail: {
          transactionId: enrolment.transactionId,
          transaction: issued.transaction,
          challenge: issued.challenge,
        },
      },
    ])
  })

  test('what is no message, and what addresses nothing, leave what is known of them', async () => {
    const nonsense = await post(Buffer.from('no message at all'))
    const id = /\[(\w+)\]/.exec(nonsense.body)?.[1] ?? ''
    expect(await only({ correlationId: id })).toMatchObject({
      outcome: 'rejected',
      reason: 'malformed',
      endpoint: 'scepProfile/default',
      transactionId: null,
      detail: { status: 400, octets: 17 },
    })
    await post(Buffer.from('x'), '/api/v1/protocols/scep/nowhere/pkiclient.exe')
    expect(await only({ reason: 'endpoint' })).toMatchObject({
      endpoint: null,
      outcome: 'rejected',
      scepProfileId: null,
    })
    await post(Buffer.alloc(3_000_000))
    expect(await only({ reason: 'too_large' })).toMatchObject({ outcome: 'rejected', peer: '127.0.0.1' })
  })

  test('a request that waits for a person, its polls and its certificate are one transaction in the records', async () => {
    const { raProfiles } = (await server.context.snapshots.current()).configuration
    const { uuid = '', approval } = raProfiles[0] ?? {}
    if (approval === undefined) throw new Error('no RA profile')
    const require = (required: boolean) =>
      server.store.configuration.edit([{ edit: 'setRaProfile', uuid, change: { approval: { ...approval, required } } }])
    await require(true)
    const enrolment = await seal(1, { challenge: (await challenge()).text, subject: 'CN=waiting' })
    await post(enrolment.message)
    const waiting = await ofTransaction(enrolment)
    expect(waiting).toMatchObject({ outcome: 'pending', detail: { vouched: 'challenge' } })
    expect(broken(waiting)).toEqual([{ check: 'approval', verdict: 'waiting' }])
    expect(await events(waiting.correlationId)).toMatchObject([
      { action: 'approval.request', object_uuid: waiting.transaction, object_name: 'CN=waiting' },
    ])
    const { endpoint } = await served()
    const decided = { by: 'alice', role: 'approver', comment: null }
    const approved = await approve(waiting.transaction ?? '', decided, () => endpoint, server.store, server.clock.now)
    expect(approved).toEqual({ status: 'issued' })
    const poll = await sealPoll(enrolment, ca)
    await post(poll.message)
    const polled = await ofTransaction(enrolment, { outcome: 'polled' })
    expect(polled).toMatchObject({ messageType: 'CertPoll', transaction: waiting.transaction })
    const issue = (await eventsOf('object_uuid', polled.certificate)).filter(
      ({ action }) => action === 'certificate.issue',
    )
    expect(issue).toMatchObject([{ detail: { approvedBy: ['alice'], transaction: waiting.transaction } }])
    await require(false)
  })

  test('twenty thousand refusals are bounded and counted, and a device enrols among them', async () => {
    const before = server.clock.now
    server.clock.now = new Date(before.getTime() + 86_400_000)
    const flood = (number: number): Sketch => ({
      course: undefined,
      answer: {
        status: 400,
        report: { operation: 'PKIOperation', outcome: 'rejected', reason: 'malformed', endpoint: 'scepProfile/flood' },
      },
      ...{ id: 'flood', at: server.clock.now, milliseconds: 0, userAgent: undefined, rawMessage: undefined },
      ...{ peer: `192.0.2.${number % 50}`, source: `192.0.2.${number % 50}` },
    })
    const enrolment = await seal(0, { challenge: (await challenge()).text })
    for (let number = 0; number < 20_000; number++) server.context.records.note(flood(number))
    const reply = await read(enrolment, (await post(enrolment.message)).rawPayload, ca)
    expect(reply.status).toBe('SUCCESS')
    expect(await ofTransaction(enrolment)).toMatchObject({ outcome: 'issued' })
    // The next minute tells what was only counted in this one.
    server.clock.now = new Date(server.clock.now.getTime() + 60_000)
    server.context.records.note(flood(0))
    // Of a flood no more is written at a time than leaves the devices their turn.
    for (let flushes = 0; flushes < 9; flushes++) await server.context.records.flush()
    const kept = await found({ reason: 'malformed', from: new Date(before.getTime() + 60_000), limit: 5000 })
    const counted = kept.filter(({ count }) => count > 1)
    expect(counted).toHaveLength(50)
    expect(counted.map(({ count }) => count)).toEqual(Array.from({ length: 50 }, () => 380))
    expect(kept.length - counted.length).toBe(50 * 20 + 1)
    server.clock.now = before
  })

  const served = async () => {
    const answer = (await server.context.snapshots.current()).byScepProfile('default')
    if (!('served' in answer)) throw new Error(answer.refused)
    return answer.served
  }
  const events = (correlationId: string) => eventsOf('correlation_id', correlationId)
  const eventsOf = async (column: 'correlation_id' | 'object_uuid', value: string | null) => {
    const rows = await driver.report((db) => db.selectFrom('audit_event').selectAll().where(column, '=', value))
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }))
  }
  const rowsOf = async (table: 'decision', uuid: string) =>
    (await driver.report((db) => db.selectFrom(table).select('uuid').where('uuid', '=', uuid))).length
}

import { randomBytes } from 'node:crypto'
import { buildExtension, generalNameToText, subjectAltNames } from '@chancery/pki'
import type { ChallengeValidator, NoticeOutcome } from '@chancery/ra'
import { parseCaCertificates, type Reply, selectRecipient } from '@chancery/scep'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  certificateOf,
  type Device,
  type Enrolment,
  type EnrolmentOptions,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  read,
  sealEnrolment,
} from '../../../../tests/device.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

/** Requests that somebody vouches for, from octets to octets. He is played; what Intune is like, others show. */

const HOUR = 3_600_000
const ACKNOWLEDGED: NoticeOutcome = { status: 'acknowledged', toldSerial: '0A', toldIssuer: 'CN=CA' }
const UNACKNOWLEDGED: NoticeOutcome = { status: 'unavailable', detail: 'HTTP 500' }

let server: TestApp
let ca: PublishedCa
let devices: Device[]
let notice: NoticeOutcome
let said: string[]

const validator: ChallengeValidator = {
  voucher: {
    key: 'c'.repeat(64),
    issued: async () => {
      said.push('issued')
      return notice
    },
    failed: async ({ reason }) => {
      said.push(reason)
    },
  },
  validate: ({ csr, challenge }) => {
    said.push('validate')
    if (!challenge.reveal().startsWith('good')) return { verdict: 'refused', detail: 'ChallengeExpired: it is too old' }
    return {
      verdict: 'accepted',
      use: { vouched: { voucher: 'c'.repeat(64), csr: csr.der, challenge } },
      detail: 'Success',
    }
  },
}

beforeAll(async () => {
  server = await testApp({}, () => validator)
  const [profile] = (await server.context.snapshots.current()).configuration.scepProfiles
  await server.store.configuration.edit([
    { edit: 'setScepProfile', uuid: profile?.uuid ?? '', change: { challengeKind: 'intune' } },
  ])
  const answer = await server.app.inject({ url: `${PROFILE_PATH}?operation=GetCACert` })
  const certificates = parseCaCertificates(answer.rawPayload, String(answer.headers['content-type']))
  ca = { certificates, recipient: selectRecipient(certificates) }
  devices = await Promise.all([newDevice(), newDevice()])
})
afterAll(() => server.close())
beforeEach(() => {
  notice = ACKNOWLEDGED
  said = []
  server.clock.now = new Date(server.clock.now.getTime() + 1000)
})

const newChallenge = () => `good ${randomBytes(120).toString('base64')}`

/** As Windows sends it: the key of the signer is one that was made for this message. */
async function asked(options: EnrolmentOptions = {}, signer = devices[0]) {
  const [, key] = devices
  if (signer === undefined || key === undefined) throw new Error('no devices')
  const subject = `CN=${randomBytes(6).toString('hex')}`
  return sealEnrolment(signer, ca, { subject, challenge: newChallenge(), newKey: key.key, ...options })
}

async function send(enrolment: Enrolment): Promise<Reply | number> {
  const answer = await server.app.inject({ method: 'POST', url: PROFILE_PATH, payload: enrolment.message })
  await server.context.records.flush()
  if (answer.statusCode !== 200) return answer.statusCode
  return read(enrolment, answer.rawPayload, ca)
}

function issued(answer: Reply | number) {
  if (typeof answer === 'number') throw new Error(`HTTP ${answer}`)
  return certificateOf(answer)
}

const acknowledgement = async () =>
  (await server.store.audit.list({ action: 'certificate.acknowledge' }, { limit: 1 })).entries[0]?.event
const newestRecord = async () => (await server.store.decisions.list({ limit: 1 })).records[0]
const checks = async () =>
  (await newestRecord())?.detail.checks.map(({ check, verdict, detail }) => [check, verdict, detail])

test('I-7.9-18 a device whose signer has a key of its own enrols, and the reply opens with the key of the signer', async () => {
  const enrolment = await asked()
  const certificate = issued(await send(enrolment))
  expect(certificate.publicKey.digest()).toEqual(enrolment.csrKey?.digest())
  expect(said).toEqual(['validate', 'issued'])
  const found = await checks()
  expect(found).toContainEqual(['signer', 'passed', expect.stringContaining('a key of its own')])
  expect(found).toContainEqual(['challenge', 'passed', 'Success'])
  expect(found).toContainEqual(['notification', 'passed', 'acknowledged'])
  expect(await newestRecord()).toMatchObject({ outcome: 'issued' })
})

test('a Renewal is neither offered nor served', async () => {
  const capabilities = await server.app.inject({ url: `${PROFILE_PATH}?operation=GetCACaps` })
  expect(capabilities.payload.split('\n')).not.toContain('Renewal')
  const enrolment = await asked({ messageType: 'RenewalReq' })
  expect(await send(enrolment)).toMatchObject({ status: 'FAILURE' })
  expect(said).toEqual([])
})

test('I-7.9-05 without an acknowledgement the device hears 503, and the record why; the job has it told again', async () => {
  notice = UNACKNOWLEDGED
  const enrolment = await asked()
  const answer = await server.app.inject({ method: 'POST', url: PROFILE_PATH, payload: enrolment.message })
  await server.context.records.flush()
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '30'])
  expect((await checks())?.at(-1)).toEqual(['notification', 'undecided', expect.stringContaining('HTTP 500')])

  server.clock.now = new Date(server.clock.now.getTime() + 2 * HOUR)
  notice = ACKNOWLEDGED
  await server.runJobs()
  expect(said).toEqual(['validate', 'issued', 'issued'])
  issued(await send(enrolment))
  expect(said, 'nobody is told once more').toEqual(['validate', 'issued', 'issued'])
  expect(await acknowledgement()).toMatchObject({
    outcome: 'done',
    actor: { kind: 'job', name: 'reportVouchedCertificates' },
  })
})

test('what nobody acknowledges within a day is given up, and is never handed out', async () => {
  notice = UNACKNOWLEDGED
  const enrolment = await asked()
  expect(await send(enrolment)).toBe(503)
  server.clock.now = new Date(server.clock.now.getTime() + 2 * HOUR)
  await server.runJobs()
  expect(await server.store.vouched.isAnyDue(new Date(server.clock.now.getTime() + 2 * HOUR))).toBe(true)
  server.clock.now = new Date(server.clock.now.getTime() + 23 * HOUR)
  await server.runJobs()
  expect(await acknowledgement()).toMatchObject({ outcome: 'failed', object: { kind: 'certificate' } })
  notice = ACKNOWLEDGED
  expect(await send(enrolment)).toMatchObject({ status: 'FAILURE' })
})

test('I-7.9-04 a refusal of ours is told to whoever vouched', async () => {
  expect(await send(await asked({ names: [{ type: 'dns', value: 'x..y' }] }))).toMatchObject({ status: 'FAILURE' })
  await expect.poll(() => said).toEqual(['validate', 'subject_alt_name_refused'])
})

test('I-7.9-02 whoever is asked refuses: the device hears the one text, the record his word', async () => {
  expect(await send(await asked({ challenge: 'bad' }))).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  expect(said).toEqual(['validate'])
})

test('I-8-25 the security identifier is kept among the names, and dropped as an extension', async () => {
  const sid = { type: 'uri', value: 'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104' } as const
  const extensions = [buildExtension('1.3.6.1.4.1.311.25.2', false, Buffer.from('3000', 'hex'))]
  const certificate = issued(await send(await asked({ names: [sid], extensions })))
  expect(subjectAltNames(certificate).map(generalNameToText)).toEqual([`URI:${sid.value}`])
  expect(certificate.extensions.map(({ oid }) => oid)).not.toContain('1.3.6.1.4.1.311.25.2')
})

test('I-7.9-14 no challenge stands in a line of the log', () => {
  expect(JSON.stringify(server.lines)).not.toMatch(/good [A-Za-z0-9+/]{20}/)
  expect(server.lines.length).toBeGreaterThan(0)
})

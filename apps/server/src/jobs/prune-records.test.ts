import { randomBytes } from 'node:crypto'
import { DEFAULT_RETENTION, Secret, uuidV7 } from '@chancery/ra'
import { parseCaCertificates, selectRecipient } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDevice, PROFILE_PATH, read, sealEnrolment } from '../../../../tests/device.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
afterAll(() => server.close())

const DAY = 86_400_000

test('after the records of it were pruned, an old captured message still mints nothing', async () => {
  const { store, clock, app } = server
  const [profile] = (await server.context.snapshots.current()).configuration.scepProfiles
  // It could be used again: what keeps the message from minting is not the challenge.
  const challenge = randomBytes(12).toString('hex')
  const scepProfileId = profile?.id ?? 0
  await store.challenges.create({
    ...{ uuid: uuidV7(clock.now), scepProfileId, uses: 9, subject: null, subjectAltNames: null, maker: 'test' },
    ...{ challenge: new Secret(challenge), expiresAt: new Date(clock.now.getTime() + 300 * DAY), isPassword: false },
  })
  const caAnswer = await app.inject({ url: `${PROFILE_PATH}?operation=GetCACert` })
  const certificates = parseCaCertificates(caAnswer.rawPayload, String(caAnswer.headers['content-type']))
  const ca = { certificates, recipient: selectRecipient(certificates) }
  const enrolment = await sealEnrolment(await newDevice(), ca, { challenge, subject: 'CN=captured' })
  const send = async () => {
    const answer = await app.inject({ method: 'POST', url: PROFILE_PATH, payload: enrolment.message })
    await server.context.records.flush()
    return read(enrolment, answer.rawPayload, ca)
  }
  const first = await send()
  const { decisions } = store
  expect((await decisions.list({ limit: 9 })).records).toHaveLength(1)

  await store.settings.setRetention({ ...DEFAULT_RETENTION, decisionDays: 1, transactionDays: 1 }, clock.now)
  clock.now = new Date(clock.now.getTime() + 30 * DAY)
  await server.runJobs()
  expect((await decisions.list({ limit: 9 })).records).toEqual([])

  const again = await send()
  if (first.status !== 'SUCCESS' || again.status !== 'SUCCESS') throw new Error('no certificate')
  expect(again.certificate.der).toEqual(first.certificate.der)
  expect((await decisions.list({ limit: 9 })).records).toMatchObject([{ outcome: 'repeated' }])
  expect((await store.challenges.find(scepProfileId, new Secret(challenge)))?.remainingUses).toBe(8)
})

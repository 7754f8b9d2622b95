import type { AddressInfo } from 'node:net'
import { parseCertificate } from '@chancery/pki'
import { Secret } from '@chancery/ra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  certificateOf,
  type Device,
  enrol,
  fetchCa,
  newDevice,
  type PublishedCa,
  sealEnrolment,
} from '../../../../tests/device.ts'
import { NEW_INTUNE } from '../admin/intune/rule.ts'
import { channel } from '../notice/testing/events.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

let server: TestApp
let url: string
let ca: PublishedCa
let keys: Device
beforeAll(async () => {
  server = await testApp({ CHANCERY_CA_KEY: 'rsa-2048' })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  const { configuration } = await server.context.snapshots.current()
  const change = {
    challengeKind: 'static',
    staticChallenge: new Secret('correct horse battery'),
    renewalThresholdDays: 9_999,
  } as const
  await server.store.configuration.edit([
    { edit: 'setScepProfile', uuid: configuration.scepProfiles[0]?.uuid ?? '', change },
  ])
  ca = await fetchCa(url)
  keys = await newDevice()
})
afterAll(() => server.close())

async function enrolled(subject: string) {
  return certificateOf(
    await enrol(url, await sealEnrolment(keys, ca, { subject, challenge: 'correct horse battery' }), ca),
  )
}

async function at(time: number): Promise<void> {
  server.clock.now = new Date(time)
  await server.runJobs()
}

/** Of the event, by what ends and how many days before. */
async function told(channelUuid: string): Promise<string[]> {
  const { notices } = await server.store.notices.outbox.list({ channelUuid, limit: 99 })
  return notices
    .map(({ payload }) => payload as { object: { name: string }; detail: { daysBefore: number } })
    .map(({ object, detail }) => `${object.name} ${detail.daysBefore}`)
    .toReversed()
}

test('a certificate is told of once for each number of days, one that was renewed or revoked never', async () => {
  const ends = (await enrolled('CN=lonely')).notAfter.getTime()
  const renewed = await enrolled('CN=renewed')
  const revoked = await enrolled('CN=revoked')
  const [record] = await server.store.revocations.find({ digest: revoked.digest() })
  if (record === undefined) expect.fail('it is not there')
  await server.store.revocations.revoke(record, { reason: 'superseded', at: server.clock.now })
  const renewal = { messageType: 'RenewalReq', subject: 'CN=renewed' } as const
  await enrol(url, await sealEnrolment({ ...keys, certificate: renewed }, ca, renewal), ca)
  const mine = channel(server.clock.now, { events: ['certificate.expiring'], daysBefore: [30, 7] })
  await server.store.notices.channels.create(mine)
  // Twice: what a certificate is found by is written by another job.
  await at(server.clock.now.getTime())
  await at(server.clock.now.getTime())
  await at(ends - 30 * DAY - HOUR)
  expect(await told(mine.uuid)).toEqual([])
  await at(ends - 30 * DAY + HOUR)
  await at(ends - 30 * DAY + 2 * HOUR)
  expect((await told(mine.uuid)).filter((one) => one.startsWith('CN=lonely'))).toEqual(['CN=lonely 30'])
  await at(ends - 30 * DAY + HOUR)
  await at(ends - 7 * DAY + 5 * DAY)
  expect(
    (await told(mine.uuid)).filter((one) => one.startsWith('CN=lonely')),
    'a clock that jumps and a long pause',
  ).toEqual(['CN=lonely 30', 'CN=lonely 7'])
  const others = (await told(mine.uuid)).filter((one) => !one.startsWith('CN=lonely'))
  expect(others, 'the successor alone').toEqual(['CN=renewed 30', 'CN=renewed 7'])
})

test('a CA is told of, whatever profiles a channel is for', async () => {
  const [issuer] = (await server.context.snapshots.current()).configuration.issuers
  const ends = parseCertificate(issuer?.certificate ?? Buffer.alloc(0)).notAfter.getTime()
  const mine = channel(server.clock.now, { events: ['certificate.expiring'], daysBefore: [7], raProfiles: ['default'] })
  await server.store.notices.channels.create(mine)
  await at(ends - 7 * DAY - HOUR)
  await at(ends - 7 * DAY + HOUR)
  expect((await told(mine.uuid)).filter((one) => one.startsWith('CA '))).toEqual(['CA default 7'])
})

test('the key for Intune is told of, too, once for each number of days, to channels of any profile', async () => {
  const [profile] = (await server.store.configuration.load()).scepProfiles
  const mine = channel(server.clock.now, {
    events: ['intune.secret-expiring'],
    daysBefore: [30, 7],
    raProfiles: ['none of these'],
  })
  await server.store.notices.channels.create(mine)
  const end = Math.floor(server.clock.now.getTime() / 1000) * 1000 + 60 * DAY
  const intune = { ...NEW_INTUNE, tenant: 'contoso.example', secretExpiresAt: new Date(end).toISOString() }
  const change = { challengeKind: 'intune', staticChallenge: undefined, intune } as const
  await server.store.configuration.edit([{ edit: 'setScepProfile', uuid: profile?.uuid ?? '', change }])
  await at(server.clock.now.getTime())
  for (const time of [31, 30, 29, 8, 6.9, 6, 0]) await at(end - time * DAY + HOUR)
  expect(await told(mine.uuid)).toEqual(['default 30', 'default 7'])
  const { notices } = await server.store.notices.outbox.list({ channelUuid: mine.uuid, limit: 1 })
  expect(notices[0]?.payload).toMatchObject({
    event: 'intune.secret-expiring',
    object: { kind: 'scepProfile', name: 'default' },
    certificate: null,
    detail: { credential: 'secret', endsAt: new Date(end).toISOString() },
  })
})

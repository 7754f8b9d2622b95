import type { AddressInfo } from 'node:net'
import { type Certificate, parseCrl, serialToHex } from '@chancery/pki'
import { DEFAULT_RENEWAL_RULE, type RenewalRule, revoke, type ScepProfileChange, Secret } from '@chancery/ra'
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
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000

let server: TestApp
let url: string
let ca: PublishedCa
let keys: Device
beforeAll(async () => {
  server = await testApp({ CHANCERY_CA_KEY: 'rsa-2048' })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  await change({
    challengeKind: 'static',
    staticChallenge: new Secret('correct horse battery'),
    renewalThresholdDays: 9_999,
  })
  ca = await fetchCa(url)
  keys = await newDevice()
})
afterAll(() => server.close())

async function change(change: ScepProfileChange): Promise<void> {
  const [profile] = (await server.context.snapshots.current()).configuration.scepProfiles
  await server.store.configuration.edit([{ edit: 'setScepProfile', uuid: profile?.uuid ?? '', change }])
}

const setRule = (rule: Partial<RenewalRule>) => change({ renewal: { ...DEFAULT_RENEWAL_RULE, ...rule } })

let devices = 0
async function enrolled(): Promise<Certificate> {
  const options = { subject: `CN=device${devices++}`, challenge: 'correct horse battery' }
  return certificateOf(await enrol(url, await sealEnrolment(keys, ca, options), ca))
}

async function renewal(certificate: Certificate) {
  const { subject } = certificate
  const text = String(subject.rdns[0]?.[0]?.value)
  const request = { messageType: 'RenewalReq', subject: `CN=${text}` } as const
  return enrol(url, await sealEnrolment({ ...keys, certificate }, ca, request), ca)
}

const after = async (days: number) => {
  server.clock.now = new Date(server.clock.now.getTime() + days * DAY)
  await server.runJobs()
}

const stateOf = async (certificate: Certificate) =>
  (await server.store.revocations.find({ digest: certificate.digest() }))[0]?.state

const listed = async () =>
  parseCrl((await server.store.crls.newest(1))?.der ?? Buffer.alloc(0)).revoked.map(({ serialNumber }) =>
    serialToHex(serialNumber),
  )

test('S-2.5-05 without the rule a predecessor is left alone, and the CRL stays empty', async () => {
  const old = await enrolled()
  certificateOf(await renewal(old))
  await after(30)
  expect(await stateOf(old)).toBe('issued')
  expect(await listed()).toEqual([])
})

test('S-2.5-05 with it the predecessor is on the CRL after its days, once, and the successor is not', async () => {
  await setRule({ revokePredecessorAfterDays: 7 })
  const old = await enrolled()
  const next = certificateOf(await renewal(old))
  await after(6.9)
  expect(await stateOf(old), 'not before').toBe('issued')
  expect((await renewal(old)).status, 'and until then it is good').toBe('SUCCESS')
  await after(0.1)
  expect(await listed()).toEqual([serialToHex(old.serialNumber)])
  expect(await stateOf(next)).toBe('issued')
  expect(await renewal(old)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  await after(7)
  expect(await listed()).toHaveLength(1)
})

test('a predecessor whose successor was revoked is not taken from the device, too', async () => {
  const old = await enrolled()
  const next = certificateOf(await renewal(old))
  const now = server.clock.now
  await revoke({ digest: next.digest() }, { at: now, reason: 'keyCompromise' }, server.store.revocations)
  await after(8)
  expect(await stateOf(old)).toBe('issued')
})

test('when the rule is switched off, what it had ordered is not carried out', async () => {
  const old = await enrolled()
  certificateOf(await renewal(old))
  await setRule({})
  await after(8)
  expect(await stateOf(old)).toBe('issued')
  await setRule({ revokePredecessorAfterDays: 7 })
  await after(8)
  expect(await stateOf(old), 'nor later').toBe('issued')
})

test('S-2.3-13 in its days of grace an expired certificate gets a successor, after them none, and a revoked one never', async () => {
  await setRule({ graceDays: 3 })
  const [inTime, late, revoked] = [await enrolled(), await enrolled(), await enrolled()]
  await revoke({ digest: revoked.digest() }, { at: server.clock.now, reason: 'superseded' }, server.store.revocations)
  server.clock.now = new Date(inTime.notAfter.getTime() + 2 * DAY)
  // The RA certificate of the first day has ended, too.
  for (let round = 0; round < 2; round++) await after(0.01)
  ca = await fetchCa(url)
  expect((await renewal(inTime)).status).toBe('SUCCESS')
  expect(await renewal(revoked)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  await after(2)
  expect(await renewal(late)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
})

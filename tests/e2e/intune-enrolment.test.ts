import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { admin, changeProfile } from '../admin.ts'
import { certificateOf, PROFILE_PATH } from '../device.ts'
import { type DeviceOptions, type IntuneDevice, newIntuneDevice } from '../emulators/intune/device/device.ts'
import { type DeviceKey, newDeviceKey } from '../emulators/intune/device/keys.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulators/intune/emulator.ts'
import type { Fault } from '../emulators/intune/faults.ts'
import type { ChallengeWish } from '../emulators/intune/scep/challenge-book.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'
import { tableContents } from './table-contents.ts'

/** Devices that Intune manages, at the server's own endpoints, against the emulator, over HTTP on both sides. */

const WORKERS = 2

describe('on SQLite', () => claims(async () => ({}) as Record<string, string>))
describe('on PostgreSQL', () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  claims(async () => ({
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: 'a-secret-of-tests-of-intune-0123456789ab',
  }))
  afterAll(() => postgres.stop())
})

function claims(database: () => Promise<Record<string, string>>): void {
  let emulator: IntuneEmulator
  let server: TestServer
  let url: string
  let databaseUrl: string
  /** A few serve for many devices: making one takes longer than a hundred enrolments. */
  let keys: readonly DeviceKey[]
  let devices = 0

  beforeAll(async () => {
    emulator = await startIntuneEmulator()
    const given = await database()
    const env = { ...given, ...emulator.environment, CHANCERY_WORKERS: String(WORKERS) }
    server = await startServer({ env })
    databaseUrl = given.CHANCERY_DATABASE_URL ?? `sqlite:${join(server.dataDir, 'chancery.sqlite')}`
    url = `${server.url}${PROFILE_PATH}`
    const { tenant, app, secret } = emulator
    await changeProfile(server, {
      ...{ enableIntune: true, intuneTenant: tenant.id, intuneApplicationId: app.clientId },
      intuneApplicationKey: secret,
    })
    keys = await Promise.all(Array.from({ length: 4 }, newDeviceKey))
  })
  afterAll(async () => {
    await server.stop()
    await emulator.stop()
  })
  afterEach(() => {
    emulator.clearFaults()
    expect(emulator.violations()).toEqual([])
  })

  async function managed(wish: ChallengeWish = {}, options: DeviceOptions = {}): Promise<IntuneDevice> {
    const number = devices++
    const challenge = emulator.issueChallenge({ subject: `CN=device-${number},O=Example`, ...wish })
    const key = keys[number % keys.length]
    return newIntuneDevice(emulator.challenge(challenge), {
      ...(key && { key }),
      transactionId: `T-${number}`,
      ...options,
    })
  }

  /** What was asked of Intune about one CSR, in order. */
  const callsFor = ({ csr }: IntuneDevice) =>
    emulator
      .requests()
      .filter(({ body }) => body.includes(csr.toString('base64')))
      .map(({ endpoint }) => endpoint)
  const recordOf = ({ csr }: IntuneDevice) => {
    const digest = createHash('sha256').update(csr).digest('hex')
    return emulator.scepRequests().find(({ csrDigest }) => csrDigest === digest)
  }
  const statusOf = async (device: IntuneDevice) => {
    const sealed = await device.seal(url)
    const target = `${url}?operation=PKIOperation`
    return (await fetch(target, { method: 'POST', body: new Uint8Array(sealed.message) })).status
  }

  const serialsOf = async (subject: string) => {
    const path = `/v1/certificates?subject=${encodeURIComponent(subject)}`
    const { certificates } = (await admin(server, 'GET', path)) as { certificates: { serialNumber: string }[] }
    return certificates.map(({ serialNumber }) => serialNumber)
  }

  test.each(['POST', 'GET'] as const)(
    'I-7.9-01 I-7.9-11 a device enrols by %s: validated, issued, notified, answered',
    async (method) => {
      const device = await managed({ characters: 4096 }, { method })
      const certificate = certificateOf(await device.enrol(url))
      expect(callsFor(device)).toEqual(['validate', 'success'])
      expect(recordOf(device)).toMatchObject({
        state: 'issued',
        issued: { thumbprint: createHash('sha1').update(certificate.der).digest('hex').toUpperCase() },
      })
    },
  )

  test.each(['pkcs1', 'oaep'] as const)(
    'I-7.9-18 I-8-31 a request as Windows makes it enrols, with key transport %s',
    async (keyTransport) => {
      const device = await managed({}, { shape: 'windows', keyTransport })
      expect(certificateOf(await device.enrol(url)).publicKey.digest()).toEqual(device.csrKey.digest())
    },
  )

  test('I-7.9-02 a refusal of Intune is FAILURE, and nobody hears of a failure', async () => {
    for (const code of ['SubjectNameMismatch', 'ChallengeExpired', 'BadMoonInChallenge']) {
      emulator.inject({ endpoint: 'validate', fault: { kind: 'code', code } })
      const device = await managed()
      expect(await device.enrol(url), code).toMatchObject({ status: 'FAILURE' })
      expect(callsFor(device), code).toEqual(['validate'])
    }
  })

  const NO_ANSWERS: readonly Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'reset' },
    { kind: 'notJson' },
    { kind: 'emptyBody' },
    { kind: 'wrongType' },
  ]
  test.each(NO_ANSWERS)(
    'I-7.9-03 where Intune does not say ($kind), the device hears 503 and gets nothing',
    async (fault) => {
      emulator.inject({ endpoint: 'validate', times: 'always', fault })
      const device = await managed()
      expect(await statusOf(device)).toBe(503)
      expect(recordOf(device)?.issued).toBeUndefined()
      expect(callsFor(device)).not.toContain('success')
      emulator.clearFaults()
      certificateOf(await device.enrol(url))
    },
  )

  test('I-7.9-04 a refusal of ours is notified, with a number and at most 255 characters', async () => {
    const device = await managed({ san: ['DNS:x..y'] })
    expect(await device.enrol(url)).toMatchObject({ status: 'FAILURE' })
    await expect.poll(() => callsFor(device)).toEqual(['validate', 'failure'])
    const [failure] = emulator.requests('failure').slice(-1)
    const { notification } = JSON.parse(failure?.body ?? '{}') as {
      notification: { hResult: unknown; errorDescription: string }
    }
    expect(notification.hResult).toEqual(expect.any(Number))
    expect(notification.errorDescription.length).toBeLessThanOrEqual(255)
    expect(notification.errorDescription).toContain('malformed')
  })

  test('I-7.9-05 while the notice is not taken, the certificate stays; the next try gets that one', async () => {
    emulator.inject({ endpoint: 'success', times: 'always', fault: { kind: 'status', status: 500 } })
    const subject = 'CN=kept'
    const device = await managed({ subject })
    expect(await statusOf(device)).toBe(503)
    const kept = await serialsOf(subject)
    expect(kept).toHaveLength(1)
    emulator.clearFaults()
    certificateOf(await device.enrol(url))
    expect(await serialsOf(subject), 'no second one').toEqual(kept)
    expect(callsFor(device).filter((call) => call === 'validate')).toHaveLength(1)
    expect(recordOf(device)?.state).toBe('issued')
  })

  test('I-7.9-06 a notice whose answer was lost is told again, and that is no contradiction', async () => {
    emulator.inject({ endpoint: 'success', fault: { kind: 'reset', when: 'after' } })
    const device = await managed()
    const first = await device.seal(url)
    const answers = await Promise.allSettled([device.send(url, first), device.send(url, first)])
    const got = answers.some(({ status }) => status === 'fulfilled') ? undefined : await device.enrol(url)
    if (got !== undefined) certificateOf(got)
    expect(recordOf(device)?.state).toBe('issued')
  })

  test('a server that is killed while it tells of a certificate has it, and tells of it again', async () => {
    const subject = 'CN=survivor'
    emulator.inject({ endpoint: 'success', times: 'always', fault: { kind: 'status', status: 503 } })
    const device = await managed({ subject })
    const lost = device.enrol(url).catch(() => undefined)
    await expect.poll(() => callsFor(device), { timeout: 10_000 }).toContain('success')
    await server.kill()
    await lost
    emulator.clearFaults()
    await server.restart()
    const [kept] = await serialsOf(subject)
    certificateOf(await device.enrol(url))
    expect(await serialsOf(subject)).toEqual([kept])
    expect(recordOf(device)?.state).toBe('issued')
  })

  test('I-7.9-07 of identical requests at once, by one signer or by many, one certificate comes', async () => {
    const windows = async (challenge: string, key: DeviceKey) =>
      newIntuneDevice(emulator.challenge(challenge), { key, shape: 'windows' })
    const [key] = keys
    if (key === undefined) throw new Error('no keys')
    const challenge = emulator.issueChallenge({ subject: 'CN=in parallel,O=Example' })
    const attempts = await Promise.all(Array.from({ length: 3 }, () => windows(challenge, key)))
    const sealed = await Promise.all(attempts.map(async (device) => ({ device, message: await device.seal(url) })))
    const replies = await Promise.all([...sealed, ...sealed].map(({ device, message }) => device.send(url, message)))
    expect(new Set(replies.map((reply) => certificateOf(reply).der.toString('hex'))).size).toBe(1)
  })

  test('I-7.9-19 the CSR of another device, sent again without a challenge that is good, gets nothing', async () => {
    const device = await managed({}, { shape: 'windows' })
    certificateOf(await device.enrol(url))
    emulator.inject({ endpoint: 'validate', fault: { kind: 'code', code: 'ChallengeExpired' } })
    const [signerKey] = keys
    const again = { ...(await resigned(device, signerKey)) }
    expect(await again.enrol(url)).toMatchObject({ status: 'FAILURE' })
    certificateOf(await (await resigned(device, signerKey)).enrol(url))
    expect(callsFor(device).filter((call) => call === 'success')).toHaveLength(1)
  })

  /** The very CSR, under a key of somebody else. PKCS #1 signatures are the same each time, so it can be made again. */
  async function resigned(device: IntuneDevice, signerKey: DeviceKey | undefined): Promise<IntuneDevice> {
    const key = keys.find(({ signing }) => signing.publicKey.digest().equals(device.csrKey.digest()))
    const record = emulator.challenges().find(({ challenge }) => device.csr.includes(challenge))
    if (key === undefined || record === undefined || signerKey === undefined) throw new Error('another device')
    const again = await newIntuneDevice(record, { key, signerKey, shape: 'windows' })
    expect(again.csr).toEqual(device.csr)
    return again
  }

  test('a Renewal is neither offered nor served', async () => {
    const capabilities = await (await fetch(`${url}?operation=GetCACaps`)).text()
    expect(capabilities.split('\n')).not.toContain('Renewal')
    const device = await managed({}, { messageType: 'RenewalReq' })
    expect(await device.enrol(url)).toMatchObject({ status: 'FAILURE' })
    expect(callsFor(device)).toEqual([])
  })

  test('I-7.9-15 without a credential that works every request is refused or put off, and none is issued', async () => {
    await changeProfile(server, { intuneApplicationKey: 'not-the-secret-at-all' })
    const device = await managed()
    const status = await statusOf(device)
    expect(status).toBe(503)
    expect(callsFor(device)).toEqual([])
    await changeProfile(server, { intuneApplicationKey: emulator.secret })
    certificateOf(await device.enrol(url))
  })

  test('I-7.9-08 200 devices at once: for each serving process one token of each resource and one discovery', async () => {
    await server.kill()
    await server.restart()
    const asked = () => emulator.requests('token').length + emulator.requests('discovery').length
    const before = asked()
    const all = await Promise.all(Array.from({ length: 200 }, () => managed()))
    const got = await Promise.all(all.map((device) => device.enrol(url)))
    expect(new Set(got.map((reply) => certificateOf(reply).serialNumber.toString('hex'))).size).toBe(200)
    expect(all.map((device) => recordOf(device)?.state)).toEqual(Array.from({ length: 200 }, () => 'issued'))
    // A process that no device was sent to has asked for nothing.
    expect([3, 3 * WORKERS]).toContain(asked() - before)
  })

  test('I-7.9-14 I-8-26 no secret and no challenge is in the log, in an answer of the administration, or in any row', async () => {
    const profiles = JSON.stringify(await admin(server, 'GET', '/v1/scepProfiles'))
    const places: [string, string][] = [
      ['output', server.output() + server.log()],
      ['profiles', profiles],
    ]
    for (const [table, rows] of Object.entries(await tableContents(databaseUrl))) places.push([table, rows.join('\n')])
    const secrets = [emulator.secret, ...emulator.challenges().map(({ challenge }) => challenge.slice(0, 60))]
    const found = places.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([place]) => place)
    expect(found).toEqual([])
    expect(places.find(([place]) => place === 'decision')?.[1]).toContain('acknowledged')
  })
}

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AuditEvent, Certificate, JobRun, ScepProfile } from '@chancery/api'
import { encodePem, parseCrl, serialToHex, type Certificate as X509 } from '@chancery/pki'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { renumber } from '../../packages/store/src/testing/vouched.ts'
import { run } from '../command.ts'
import { type DeviceOptions, newIntuneDevice } from '../emulators/intune/device/device.ts'
import { type IntuneEmulator, startIntuneEmulator } from '../emulators/intune/emulator.ts'
import { temporaryFolder } from '../folder.ts'
import { obstructRevocation } from '../obstruct.ts'
import { onBothDatabases } from '../store.ts'

/** Devices of a tenant enrol through two profiles; Intune takes certificates back, and the job carries it out. */

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'
const JOB = '/scheduler/jobs/updateIntuneRevocationRequestsJob'
const OTHER_CA = 'CN=The CA Of Another Product'
const folder = temporaryFolder()

onBothDatabases((database, dialect) => {
  let emulator: IntuneEmulator
  let server: TestApp
  let url: string
  let issuerName: string

  beforeAll(async () => {
    emulator = await startIntuneEmulator({ clock: () => server?.clock.now ?? new Date() })
    const where =
      dialect === 'sqlite'
        ? {}
        : {
            CHANCERY_DATABASE_URL: (await database.empty()).url,
            CHANCERY_KEY_SECRET: 'a secret of the test, long enough',
          }
    const settings = { CHANCERY_ADMIN_TOKEN: TOKEN, CHANCERY_PUBLIC_URL: 'http://ca.test' }
    server = await testApp({ ...where, ...settings, ...emulator.environment })
    await server.app.listen({ port: 0, host: '127.0.0.1' })
    url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
    await addProfiles()
    issuerName = (await enrolled()).issuerName
  })
  afterAll(async () => {
    await server.close()
    await emulator.stop()
  })
  afterEach(async () => {
    emulator.clearFaults()
    emulator.setFlags({ revocation: { coolDown: 'tenant', uploadValue: 'true' } })
    // Whatever a test left waiting is over before the next one.
    await later(120)
    expect(emulator.violations()).toEqual([])
  })

  async function call<Body>(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object): Promise<Body> {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    return answer.json() as Body
  }

  /** Of one tenant as one application. */
  async function addProfiles(): Promise<void> {
    const { configuration } = await server.context.snapshots.current()
    const { uuid = '' } = configuration.scepProfiles[0] ?? {}
    const intune = {
      enableIntune: true,
      intuneTenant: emulator.tenant.id,
      intuneApplicationId: emulator.app.clientId,
      intuneApplicationKey: emulator.secret,
    }
    await call('PUT', `/scepProfiles/${uuid}`, intune)
    const raProfileUuid = configuration.raProfiles[0]?.uuid
    const raCertificate = { authorityUuid: configuration.authorities[0]?.uuid }
    const byod = await call<ScepProfile>('POST', '/scepProfiles', {
      name: 'byod',
      raProfileUuid,
      raCertificate,
      ...intune,
    })
    await call('PUT', `/scepProfiles/${byod.uuid}`, { enabled: true, intune: { revocationReason: 'superseded' } })
    await server.runJobs()
  }

  /** A device that enrolled through a profile, as Intune knows its certificate. */
  async function enrolled(profile = 'default', options: DeviceOptions = {}) {
    const challenge = emulator.issueChallenge()
    const device = await newIntuneDevice(emulator.challenge(challenge), options)
    const reply = await device.enrol(`${url}/scep/${profile}/pkiclient.exe`)
    if (reply.status !== 'SUCCESS') throw new Error(`no certificate: ${JSON.stringify(reply)}`)
    const certificate = reply.certificate as X509
    const known = emulator.certificates().find(({ serialNumber }) => serialNumber === told(certificate))
    if (known === undefined) throw new Error('Intune has not been told')
    return { certificate, ...known }
  }
  const databaseUrl = () => server.context.config.database.url.reveal()
  const told = ({ serialNumber }: X509) => serialToHex(serialNumber).toUpperCase()

  async function later(minutes: number): Promise<void> {
    server.clock.now = new Date(server.clock.now.getTime() + minutes * 60_000)
    await server.runJobs()
  }

  /** Over an hour after the last time, so that Intune offers something. @returns the run, as the history has it */
  async function runNow(minutes = 61): Promise<JobRun> {
    server.clock.now = new Date(server.clock.now.getTime() + minutes * 60_000)
    const { uuid } = await call<JobRun>('POST', `${JOB}/run`)
    await server.runJobs()
    return call<JobRun>('GET', `/scheduler/runs/${uuid}`)
  }

  async function standing(certificate: X509): Promise<string> {
    const [{ uuid } = { uuid: '' }] = await server.store.revocations.find({ digest: certificate.digest() })
    const { state, revocationReason } = await call<Certificate>('GET', `/certificates/${uuid}`)
    return revocationReason === null ? state : `${state}: ${revocationReason}`
  }

  async function timesRevoked(certificate: X509): Promise<number> {
    const [{ uuid } = { uuid: '' }] = await server.store.revocations.find({ digest: certificate.digest() })
    const { events } = await call<{ events: AuditEvent[] }>(
      'GET',
      `/auditLogs?action=certificate.revoke&objectUuid=${uuid}`,
    )
    return events.length
  }

  const file = (name: string, pem: string) => {
    const path = join(folder, `${dialect}-${name}`)
    writeFileSync(path, pem)
    return path
  }

  /** What openssl hears over OCSP, having verified the answer, at the time of the test. */
  async function ocsp(certificate: X509): Promise<string> {
    const root = Buffer.from(await (await fetch(`${url}/pki/default/1.crt`)).arrayBuffer())
    const ca = file('ca.pem', encodePem('CERTIFICATE', root))
    const cert = file('cert.pem', encodePem('CERTIFICATE', certificate.der))
    const at = String(Math.floor(server.clock.now.getTime() / 1000))
    const args = ['ocsp', '-no_nonce', '-issuer', ca, '-cert', cert, '-CAfile', ca, '-url', `${url}/ocsp/default`]
    const { stdout, stderr } = await run('openssl', [...args, '-attime', at, '-validity_period', '31536000'])
    return `${stderr}${stdout}`
  }

  async function crlSerials(): Promise<string[]> {
    await later(1)
    const der = Buffer.from(await (await fetch(`${url}/pki/default/1.crl`)).arrayBuffer())
    return parseCrl(der).revoked.map(({ serialNumber }) => serialToHex(serialNumber).toUpperCase())
  }

  const wanted = (serialNumber: string, issuer: string | null) =>
    emulator.enqueueRaw({ serialNumber, issuerName: issuer, caConfiguration: issuer })
  const resultsOf = (serial: string) =>
    emulator
      .revocations()
      .flatMap(({ serialNumber, results }) => (serialNumber === serial ? results.map(({ code }) => code) : []))
  const downloads = () => emulator.requests('download').length
  const uploads = () => emulator.requests('upload').length

  test('I-7.9-12 devices that enrolled by POST and by GET are revoked when Intune takes them back; OCSP and CRL say so, and Intune has the acknowledgement', async () => {
    const byPost = await enrolled('default', { method: 'POST' })
    const byGet = await enrolled('byod', { method: 'GET' })
    const kept = await enrolled()
    emulator.revoke(byPost.deviceId ?? '')
    emulator.revoke(byGet.thumbprint)
    const before = downloads()
    const done = await runNow()
    expect(done).toMatchObject({
      outcome: 'done',
      summary: 'default and byod: 1 revoked for byod, 1 revoked for default, 2 reported',
    })
    expect(downloads() - before, 'two profiles, one tenant').toBe(1)
    expect([await standing(byPost.certificate), await standing(byGet.certificate)]).toEqual([
      'revoked: cessationOfOperation',
      'revoked: superseded',
    ])
    expect(await standing(kept.certificate)).toBe('issued')
    for (const { certificate, serialNumber } of [byPost, byGet]) {
      expect(await ocsp(certificate)).toMatch(/Response verify OK.*: revoked/s)
      expect(await crlSerials()).toContain(serialNumber)
      expect(resultsOf(serialNumber)).toEqual(['None'])
    }
    expect(await ocsp(kept.certificate)).toMatch(/Response verify OK.*: good/s)
    expect(emulator.revocations().map(({ state }) => state)).toEqual(['revoked', 'revoked'])
    expect(emulator.violations()).toEqual([])
  })

  test('I-7.9-12 I-8-17 within the hour after a download nothing is offered, and that is no error', async () => {
    await runNow()
    const device = await enrolled()
    emulator.revoke(device.thumbprint)
    expect(await runNow(30)).toMatchObject({ outcome: 'done', summary: 'There was nothing to do.' })
    expect(await standing(device.certificate)).toBe('issued')
    await runNow()
    expect(await standing(device.certificate)).toBe('revoked: cessationOfOperation')
  })

  test('I-7.9-12 without anybody asking it is collected 61 minutes after the last time', async () => {
    await runNow()
    const device = await enrolled()
    emulator.revoke(device.thumbprint)
    const before = downloads()
    await later(60)
    expect(downloads() - before).toBe(0)
    await later(1)
    expect(downloads() - before).toBe(1)
    expect(resultsOf(device.serialNumber)).toEqual(['None'])
  })

  test('I-7.9-12 more than a batch holds is collected in one run', async () => {
    emulator.setFlags({ revocation: { coolDown: 'item' } })
    for (let i = 0; i < 120; i++) wanted(`0BAD${i}`, issuerName)
    const device = await enrolled()
    emulator.revoke(device.thumbprint)
    const before = downloads()
    const { summary } = await runNow()
    expect(summary).toBe('default and byod: 1 revoked for default, 120 refused, 121 reported')
    expect(downloads() - before).toBe(2)
    expect(emulator.revocations().every(({ state }) => state === 'revoked' || state === 'failed')).toBe(true)
  })

  test('I-7.9-12 what an administrator revoked before is acknowledged, and not revoked twice', async () => {
    const device = await enrolled()
    const [{ uuid } = { uuid: '' }] = await server.store.revocations.find({ digest: device.certificate.digest() })
    await call('PUT', `/certificates/${uuid}/revoke`, { reason: 'keyCompromise' })
    emulator.revoke(device.thumbprint)
    await runNow()
    expect(resultsOf(device.serialNumber)).toEqual(['None'])
    expect(await standing(device.certificate)).toBe('revoked: keyCompromise')
    expect(await timesRevoked(device.certificate)).toBe(1)
  })

  test('I-7.9-12 I-8-19 unknown serial numbers of ours are answered; what belongs to another CA is not, however often it is offered', async () => {
    wanted('0BADCAFE', issuerName)
    wanted('no number', issuerName)
    wanted('4711', OTHER_CA)
    wanted('4712', null)
    const theirs = await enrolled()
    wanted(theirs.serialNumber, OTHER_CA)
    for (let round = 0; round < 2; round++) await runNow()
    expect(resultsOf('0BADCAFE')).toEqual(['CertificateNotFoundError'])
    expect(resultsOf('no number')).toEqual(['DataSerializationError'])
    for (const serial of ['4711', '4712', theirs.serialNumber]) expect(resultsOf(serial)).toEqual([])
    expect(await standing(theirs.certificate)).toBe('issued')
  })

  test('I-7.9-12 while nothing can be revoked the answer is ServiceUnavailable, and the next time it is revoked', async () => {
    const device = await enrolled()
    emulator.revoke(device.thumbprint)
    const obstacle = await obstructRevocation(databaseUrl())
    await runNow()
    expect(resultsOf(device.serialNumber)).toEqual(['ServiceUnavailableException'])
    expect(await standing(device.certificate)).toBe('issued')
    await obstacle.lift()
    await runNow()
    expect(resultsOf(device.serialNumber)).toEqual(['ServiceUnavailableException', 'None'])
    expect(await standing(device.certificate)).toBe('revoked: cessationOfOperation')
  })

  test('I-7.9-12 an upload whose answer is lost is sent again before anything is collected, and nothing is revoked twice', async () => {
    const device = await enrolled()
    emulator.revoke(device.thumbprint)
    emulator.inject({ endpoint: 'upload', times: 'always', fault: { kind: 'reset', when: 'after' } })
    expect(await runNow()).toMatchObject({ outcome: 'failed' })
    emulator.clearFaults()
    const before = emulator.requests().length
    await runNow()
    expect(
      emulator
        .requests()
        .slice(before)
        .map(({ endpoint }) => endpoint)
        .filter((endpoint) => endpoint === 'upload' || endpoint === 'download'),
    ).toEqual(['upload', 'download'])
    expect(new Set(resultsOf(device.serialNumber))).toEqual(new Set(['None']))
    expect(await timesRevoked(device.certificate)).toBe(1)
  })

  test('I-7.9-12 I-8-21 results that are not recorded are kept and sent again a minute later; a text that says true is as good', async () => {
    const device = await enrolled()
    emulator.revoke(device.thumbprint)
    emulator.setFlags({ revocation: { uploadValue: 'false' } })
    expect(await runNow()).toMatchObject({
      outcome: 'failed',
      summary: expect.stringContaining('1 revoked for default'),
    })
    emulator.setFlags({ revocation: { uploadValue: 'String' } })
    const before = uploads()
    await later(1)
    expect(uploads() - before).toBe(1)
    await later(1)
    expect(uploads() - before, 'and then no more').toBe(1)
    expect(await timesRevoked(device.certificate)).toBe(1)
  })

  test('I-7.9-13 I-8-07 a serial number with a leading zero goes to Intune and back, in whatever spelling', async () => {
    const devices: Awaited<ReturnType<typeof enrolled>>[] = []
    // Of those of the built-in CA one in nine begins with a zero.
    while (devices.filter(({ serialNumber }) => serialNumber.startsWith('0')).length < 2) devices.push(await enrolled())
    const [one, other] = devices.filter(({ serialNumber }) => serialNumber.startsWith('0'))
    emulator.revoke(one?.serialNumber ?? '')
    const spelled = ` ${other?.serialNumber
      .toLowerCase()
      .replace(/^0/, '')
      .replace(/(..)(?=.)/g, '$1:')}`
    wanted(spelled, issuerName)
    await runNow()
    expect([resultsOf(one?.serialNumber ?? ''), resultsOf(spelled)]).toEqual([['None'], ['None']])
  })

  test.each([
    ['as it was told', (octets: string) => octets.toUpperCase()],
    ['without its zero octet', (octets: string) => octets.slice(2).toUpperCase()],
    ['in decimal', (octets: string) => BigInt(`0x${octets}`).toString()],
  ])('I-7.9-13 I-8-07 a serial number with the high bit set is found %s', async (_, spell) => {
    const { certificate } = await enrolled()
    const [{ uuid } = { uuid: '' }] = await server.store.revocations.find({ digest: certificate.digest() })
    const octets = `00ff${randomBytes(10).toString('hex')}`
    const where = { url: databaseUrl(), keySecret: Buffer.alloc(32, 7), now: () => server.clock.now }
    await renumber(await database.driver(where), uuid, octets)
    wanted(spell(octets), issuerName)
    await runNow()
    expect(resultsOf(spell(octets))).toEqual(['None'])
    expect(await standing(certificate)).toBe('revoked: cessationOfOperation')
  })
})

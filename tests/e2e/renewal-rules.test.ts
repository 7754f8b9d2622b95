import { type Certificate, type GeneralName, serialToHex } from '@chancery/pki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, allowRenewalAlways, changeProfile, createChallenge } from '../admin.ts'
import {
  certificateOf,
  type Device,
  type EnrolmentOptions,
  enrol,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  sealEnrolment,
} from '../device.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'

/** What a SCEP profile wants of a renewal and of a first enrolment, one rule after the other, at a real server. */

const NAMES: readonly GeneralName[] = [
  { type: 'dns', value: 'device.example' },
  { type: 'dns', value: 'device' },
]
const AS_USUAL = {
  renewal: {
    enabled: true,
    graceDays: 0,
    key: 'any',
    names: 'subset',
    challenge: 'ignored',
    revokePredecessorAfterDays: null,
  },
  firstEnrolments: true,
  secondCertificate: 'issue',
}

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (database) => {
  let postgres: PostgresServer | undefined
  let server: TestServer
  let ca: PublishedCa
  /** Has a certificate. */
  let device: Device
  let other: Device

  beforeAll(async () => {
    postgres = database === 'PostgreSQL' ? await startPostgres() : undefined
    server = await startServer({ env: postgres === undefined ? {} : await environment(postgres) })
    await allowRenewalAlways(server)
    ca = await fetchCa(server.url)
    const [first, second] = await Promise.all([newDevice(), newDevice()])
    const enrolment = await sealEnrolment(first, ca, { challenge: await createChallenge(server), names: NAMES })
    device = { ...first, certificate: certificateOf(await enrol(server.url, enrolment, ca)) }
    other = second
  })
  afterAll(async () => {
    await server.stop()
    await postgres?.stop()
  })

  /** These, and everything else as usual. */
  const rules = ({ renewal = {}, ...update }: { renewal?: object } & Record<string, unknown>) =>
    changeProfile(server, { ...AS_USUAL, renewal: { ...AS_USUAL.renewal, ...renewal }, ...update })
  const ask = async (options: EnrolmentOptions, who = device) =>
    enrol(server.url, await sealEnrolment(who, ca, options), ca)
  const renew = (options: EnrolmentOptions = {}) => ask({ messageType: 'RenewalReq', names: NAMES, ...options })
  const capabilities = async () => (await fetch(`${server.url}${PROFILE_PATH}?operation=GetCACaps`)).text()
  const SUCCESS = { status: 'SUCCESS' }
  const REFUSED = { status: 'FAILURE', failInfo: 'badRequest' }

  test('S-2.5-06 S-3.5.2-08 with renewals off RenewalReq is refused and not advertised, and a certificate of ours needs a challenge', async () => {
    expect(await capabilities()).toMatch(/^Renewal$/m)
    await rules({ renewal: { enabled: false } })
    expect(await capabilities()).not.toContain('Renewal')
    expect(await renew()).toMatchObject(REFUSED)
    expect(await ask({ messageType: 'PKCSReq' })).toMatchObject(REFUSED)
    const challenge = await createChallenge(server)
    const captured = { messageType: 'PKCSReq', challenge, newKey: other.key } as const
    expect(await ask(captured), 'not for another key, and at no cost to the challenge').toMatchObject(REFUSED)
    expect(await ask({ messageType: 'PKCSReq', challenge })).toMatchObject(SUCCESS)
  })

  test('S-2.4-14 the challenge of a renewal is ignored, checked or required, as the profile says', async () => {
    const verdicts = async (challenge: string) => {
      await rules({ renewal: { challenge } })
      const answers = [await renew(), await renew({ challenge: 'a wrong one' })]
      answers.push(await renew({ challenge: await createChallenge(server) }))
      return answers.map(({ status }) => status)
    }
    expect(await verdicts('ignored')).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect(await verdicts('checked')).toEqual(['SUCCESS', 'FAILURE', 'SUCCESS'])
    expect(await verdicts('required')).toEqual(['FAILURE', 'FAILURE', 'SUCCESS'])
  })

  test('S-2.5-03 a profile may want a new key and all of the names', async () => {
    await rules({ renewal: { key: 'new' } })
    expect(await renew()).toMatchObject(REFUSED)
    expect(await renew({ newKey: other.key })).toMatchObject(SUCCESS)
    await rules({ renewal: { names: 'same' } })
    expect(await renew({ names: NAMES.slice(1) })).toMatchObject(REFUSED)
    expect(await renew({ names: NAMES.toReversed() })).toMatchObject(SUCCESS)
    await rules({})
    expect(await renew({ names: NAMES.slice(1) })).toMatchObject(SUCCESS)
  })

  test('S-2.5-07 where only renewals are served, a new device is told so, and keeps its challenge', async () => {
    const challenge = await createChallenge(server)
    await rules({ firstEnrolments: false })
    expect(await ask({ challenge, subject: 'CN=new' }, other)).toMatchObject({
      ...REFUSED,
      failInfoText: expect.stringContaining('certificates are only renewed'),
    })
    expect(await renew()).toMatchObject(SUCCESS)
    await rules({})
    // A process that has not heard of the change yet refuses by the former rules.
    await expect.poll(() => ask({ challenge, subject: 'CN=new' }, other), { timeout: 10_000 }).toMatchObject(SUCCESS)
  })

  test('S-5.2-04 a subject with a valid certificate gets another one, or is refused until that is revoked', async () => {
    const subject = 'CN=only one'
    const first = certificateOf(await ask({ challenge: await createChallenge(server), subject }, other))
    const newcomer = await newDevice()
    const second = certificateOf(await ask({ challenge: await createChallenge(server), subject }, newcomer))

    await rules({ secondCertificate: 'refuse' })
    const challenge = await createChallenge(server)
    const again = () => ask({ challenge, subject: 'CN=Only  One', transactionId: 'again' }, newcomer)
    expect(await ask({ challenge: 'a wrong one', subject }, newcomer), 'strangers learn nothing').toMatchObject({
      failInfoText: expect.stringContaining('challenge'),
    })
    expect(await again()).toMatchObject({ ...REFUSED, failInfoText: expect.stringContaining('valid certificate') })
    expect(await renew(), 'renewals are no second certificates').toMatchObject(SUCCESS)
    await revoke(first)
    expect(await again(), 'as long as one is left').toMatchObject(REFUSED)
    await revoke(second)
    expect(await again()).toMatchObject(SUCCESS)
  })

  async function revoke({ serialNumber }: Certificate): Promise<void> {
    const found = await admin(server, 'GET', `/v1/certificates?serial=${serialToHex(serialNumber)}`)
    const [{ uuid }] = (found as { certificates: [{ uuid: string }] }).certificates
    await admin(server, 'PUT', `/v1/certificates/${uuid}/revoke`, { reason: 'superseded' })
  }
})

async function environment(postgres: PostgresServer): Promise<Record<string, string>> {
  return {
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: 'renewal-rules-test-secret-0123456789abcdef',
  }
}

import { randomBytes } from 'node:crypto'
import { nameToText } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { coreApi, type SetUp, STATIC_CHALLENGE } from '../core-api.ts'
import { certificateOf, enrol, fetchCa, newDevice, sealEnrolment } from '../device.ts'
import { startServer, type TestServer } from '../server.ts'

/** The Core SCEP API by plain curl: tests/e2e/core-api.sh, step after step, with devices in between. */

let server: TestServer
let api: ReturnType<typeof coreApi>
let made: SetUp
beforeAll(async () => {
  server = await startServer()
  api = coreApi(server)
  made = await api.setUp()
})
afterAll(() => server.stop())

const pathOf = (url: string) => new URL(url).pathname

async function enrolAt(url: string, challenge: string) {
  const path = pathOf(url)
  const ca = await fetchCa(server.url, path)
  const subject = `CN=device-${randomBytes(4).toString('hex')}`
  return enrol(server.url, await sealEnrolment(await newDevice(subject), ca, { subject, challenge }), ca, path)
}

test('a device enrols at both addresses, each with a certificate of the new authority', async () => {
  for (const url of [made.SCEP_URL, made.RA_URL]) {
    const certificate = certificateOf(await enrolAt(url, STATIC_CHALLENGE))
    expect(nameToText(certificate.issuer)).toBe('CN=plant CA,O=Example')
  }
})

test('the profile that was edited without its challenge keeps it', async () => {
  expect(await api.edit(made)).toMatchObject({
    description: 'edited without its challenge',
    renewThreshold: 30,
    enableChallengePassword: true,
    challengeKind: 'static',
  })
  certificateOf(await enrolAt(made.SCEP_URL, STATIC_CHALLENGE))
})

test('a disabled profile answers devices at both addresses with HTTP 4xx and the sentence', async () => {
  await api.disable(made)
  for (const url of [made.SCEP_URL, made.RA_URL]) {
    const answer = await fetch(`${server.url}${pathOf(url)}?operation=GetCACaps`)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(await answer.text()).toMatch(/SCEP profile "?plant"? is disabled/)
  }
  await api.enable(made)
  certificateOf(await enrolAt(made.RA_URL, STATIC_CHALLENGE))
})

test('a challenge made by the API lets as many devices in as it has uses', async () => {
  const challenge = await api.challenge(made)
  certificateOf(await enrolAt(made.SCEP_URL, challenge))
  certificateOf(await enrolAt(made.RA_URL, challenge))
  expect((await enrolAt(made.SCEP_URL, challenge)).status).toBe('FAILURE')
})

test('without a token that is valid the script ends with the sentence of the server, and nothing is made', async () => {
  const { code, stdout } = await api.withToken('not-the-token')
  expect(code).not.toBe(0)
  expect(stdout.toString()).not.toContain('AUTHORITY=')
})

test('force delete detaches the RA profile, and its devices are told so', async () => {
  const [failed, activation] = await api.forceDelete(made)
  expect(failed).toEqual([])
  expect(activation).toMatchObject({ uuid: null, scepAvailable: false, url: null })
  const answer = await fetch(`${server.url}${pathOf(made.RA_URL)}?operation=GetCACaps`)
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect((await fetch(`${server.url}${pathOf(made.SCEP_URL)}?operation=GetCACaps`)).status).toBe(404)
})

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  buildCertificationRequest,
  nameFromText,
  parseCertificate,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { openReply, sealRequest, selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const DAY = 86_400_000
const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
  const { raProfiles, scepProfiles } = (await server.context.snapshots.current()).configuration
  await admin('PUT', `/raProfiles/${raProfiles[0]?.uuid}`, { approvalRequired: true, approvalExpiry: 3 })
  await admin('PUT', `/scepProfiles/${scepProfiles[0]?.uuid}`, {
    challengeKind: 'static',
    challengePassword: 'static-challenge-of-the-test',
  })
})
afterAll(() => server.close())

async function admin(method: 'GET' | 'PUT' | 'POST', path: string, payload?: Record<string, unknown>) {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
  return { status: answer.statusCode, body: answer.json() as { approvals: { uuid: string; state: string }[] } }
}

/** A request to the RA of a generation of the CA, to be sent as often as the test likes. */
async function enrolment(generation = 1) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = softwareSigningKey(privateKey)
  const subject = nameFromText('CN=device')
  const { configuration } = await server.context.snapshots.current()
  const issuer = configuration.issuers.find((one) => one.generation === generation)
  const ra = configuration.raCertificates.find(({ issuerId }) => issuerId === issuer?.id)
  if (ra === undefined || issuer === undefined) throw new Error('nothing is installed')
  const recipient = parseCertificate(ra.certificate)
  const { message, ...sent } = await sealRequest({
    messageType: 'PKCSReq',
    csr: await buildCertificationRequest({ subject, key, challengePassword: 'static-challenge-of-the-test' }),
    nonce: randomBytes(16),
    signer: { certificate: await selfSignedSigner(subject, key, server.clock.now), key },
    recipient,
    digest: 'sha256',
    contentEncryption: 'aes-128-cbc',
  })
  return async () => {
    const answer = await server.app.inject({ method: 'POST', url: '/scep', payload: message })
    return openReply(answer.rawPayload, {
      ...sent,
      trusted: [recipient],
      issuers: [parseCertificate(issuer.certificate)],
      decryption: softwareDecryptionKey(privateKey),
      csrKey: key.publicKey,
    })
  }
}

const states = async (state: 'open' | 'decided') =>
  (await admin('GET', `/approvals?state=${state}`)).body.approvals.map((one) => one.state)

test('what nobody decides upon is over when its time is up, and closed by the job; asked again it waits again', async () => {
  const ask = await enrolment()
  expect((await ask()).status).toBe('PENDING')
  server.clock.now = new Date(server.clock.now.getTime() + 2 * DAY)
  await server.runJobs()
  expect(await states('open')).toEqual(['waiting'])

  server.clock.now = new Date(server.clock.now.getTime() + DAY)
  const { approvals } = (await admin('GET', '/approvals')).body
  expect(
    approvals.map(({ state }) => state),
    'at once, before any job',
  ).toEqual(['expired'])
  expect((await admin('POST', `/approvals/${approvals[0]?.uuid}/approve`, {})).status).toBe(409)
  await server.runJobs()
  expect([await states('open'), await states('decided')]).toEqual([[], ['expired']])

  expect((await ask()).status).toBe('PENDING')
  expect([await states('open'), await states('decided')]).toEqual([['waiting'], ['expired']])
})

test('the generation of the CA that was asked signs, also after a person has thought', async () => {
  const { authorities } = (await server.context.snapshots.current()).configuration
  expect((await admin('POST', `/authorities/${authorities[0]?.uuid}/next`, {})).status).toBe(201)
  const open = async () => (await admin('GET', '/approvals')).body.approvals.map(({ uuid }) => uuid)
  for (const generation of [2, 1]) {
    const before = await open()
    const ask = await enrolment(generation)
    expect((await ask()).status).toBe('PENDING')
    const [uuid] = (await open()).filter((one) => !before.includes(one))
    expect((await admin('POST', `/approvals/${uuid}/approve`, {})).status).toBe(200)
    // It would be refused from another CA than the one that was asked.
    expect((await ask()).status).toBe('SUCCESS')
  }
})

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Approval } from '@chancery/api'
import {
  buildCertificationRequest,
  nameFromText,
  parseCertificate,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { openReply, sealRequest, selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

async function admin(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  payload?: Record<string, unknown>,
  token = TOKEN,
) {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
  const body = answer.body === '' ? null : answer.json()
  return { status: answer.statusCode, body: body as { approvals: Approval[] } }
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

describe('where two of a role must approve', () => {
  const tokens: Record<string, string> = {}
  let raProfile: string
  beforeAll(async () => {
    for (const [name, role] of [
      ['alice', 'approver'],
      ['bob', 'approver'],
      ['carol', 'approver'],
      ['oscar', 'auditor'],
    ] as const) {
      const made = await admin('POST', '/tokens', { name, role })
      tokens[name] = (made.body as unknown as { token: string }).token
    }
    raProfile = (await server.context.snapshots.current()).configuration.raProfiles[0]?.uuid ?? ''
  })
  beforeEach(() => admin('PUT', `/raProfiles/${raProfile}`, { approvalsNeeded: 2, approvalRole: 'approver' }))
  afterAll(() => admin('PUT', `/raProfiles/${raProfile}`, { approvalsNeeded: 1, approvalRole: null }))

  /** A request that waits: how to send it again, and its UUID. */
  async function waiting() {
    const before = (await admin('GET', '/approvals')).body.approvals.map(({ uuid }) => uuid)
    const ask = await enrolment()
    expect((await ask()).status).toBe('PENDING')
    const found = (await admin('GET', '/approvals')).body.approvals.find(({ uuid }) => !before.includes(uuid))
    if (found === undefined) throw new Error('it does not wait')
    return { ask, uuid: found.uuid, found }
  }
  const say = async (who: string, verdict: 'approve' | 'reject', uuid: string) => {
    const payload = { comment: `${who} says so` }
    const { status, body } = await admin('POST', `/approvals/${uuid}/${verdict}`, payload, tokens[who])
    return { status, body: body as unknown as Approval & { message?: string } }
  }

  test('S-4.4-03 each is counted once and named, what is missing is shown, and with the second it is issued', async () => {
    const { ask, uuid, found } = await waiting()
    expect(found).toMatchObject({ approvalsGiven: [], approvalsNeeded: 2, approvalRole: 'approver', decision: null })
    const first = await say('alice', 'approve', uuid)
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({
      state: 'waiting',
      approvalsGiven: [{ by: 'alice', comment: 'alice says so' }],
      approvalsNeeded: 2,
    })
    const again = await say('alice', 'approve', uuid)
    expect([again.status, again.body.message]).toEqual([
      409,
      'alice has approved this request already, and counts once. One more must approve it: somebody else.',
    ])
    expect((await ask()).status).toBe('PENDING')
    const listed = (await admin('GET', '/approvals', undefined, tokens.oscar)).body.approvals
    expect(listed.find((one) => one.uuid === uuid)?.approvalsGiven).toHaveLength(1)
    const last = await say('bob', 'approve', uuid)
    expect(last.status).toBe(200)
    expect(last.body).toMatchObject({ state: 'issued', approvalsGiven: [{ by: 'alice' }, { by: 'bob' }] })
    expect((await ask()).status).toBe('SUCCESS')
    expect((await say('carol', 'approve', uuid)).status).toBe(409)
  })

  test('an auditor may look and not decide, and where administrators are asked for an approver does not count', async () => {
    const { ask, uuid } = await waiting()
    for (const verdict of ['approve', 'reject'] as const) {
      const refused = await say('oscar', verdict, uuid)
      expect([refused.status, refused.body.message]).toEqual([
        403,
        'oscar may not do this: it needs the right approval.decide.',
      ])
    }
    await admin('PUT', `/raProfiles/${raProfile}`, { approvalsNeeded: 1, approvalRole: 'administrator' })
    const short = await say('alice', 'approve', uuid)
    expect([short.status, short.body.message]).toEqual([
      403,
      'Here the consent of the role administrator is asked for, and alice is approver. The request goes on waiting.',
    ])
    expect((await admin('POST', `/approvals/${uuid}/approve`, {})).status, 'CHANCERY_ADMIN_TOKEN').toBe(200)
    expect((await ask()).status).toBe('SUCCESS')
  })

  test('S-4.4-03 one rejection rejects, whoever approved before', async () => {
    const { ask, uuid } = await waiting()
    await say('alice', 'approve', uuid)
    const rejected = await say('bob', 'reject', uuid)
    expect(rejected.body).toMatchObject({ state: 'denied', decision: { decision: 'rejected', by: 'bob' } })
    expect((await ask()).status, 'asked again it waits afresh, with nobody who agreed').toBe('PENDING')
    const [anew] = (await admin('GET', '/approvals')).body.approvals.slice(-1)
    expect([anew?.uuid === uuid, anew?.approvalsGiven]).toEqual([false, []])
  })

  test('of three at the same moment two are counted and one comes too late; one certificate is made', async () => {
    const { ask, uuid } = await waiting()
    const before = await server.store.inventory.count()
    const answers = await Promise.all(['alice', 'bob', 'carol'].map((who) => say(who, 'approve', uuid)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 409])
    expect((await server.store.inventory.count()) - before).toBe(1)
    expect((await ask()).status).toBe('SUCCESS')
  })

  test('what expires with one of two says that it expired, not that it was approved', async () => {
    const { uuid } = await waiting()
    await say('alice', 'approve', uuid)
    const { now } = server.clock
    server.clock.now = new Date(now.getTime() + 4 * DAY)
    const late = await say('bob', 'approve', uuid)
    expect([late.status, late.body.message]).toEqual([409, expect.stringMatching(/^This request expired at /)])
    server.clock.now = now
  })

  test('a token that was revoked decides nothing, and what it approved before counts on', async () => {
    const { uuid } = await waiting()
    const made = (await admin('POST', '/tokens', { name: 'dave', role: 'approver' })).body as unknown as {
      uuid: string
      token: string
    }
    tokens.dave = made.token
    expect((await say('dave', 'approve', uuid)).status).toBe(200)
    expect((await admin('DELETE', `/tokens/${made.uuid}`)).status).toBe(204)
    expect((await say('dave', 'approve', uuid)).status).toBe(401)
    expect((await say('alice', 'approve', uuid)).body.state).toBe('issued')
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Approval } from '@chancery/api'
import { der, parseCertificate, parseSignedData } from '@chancery/pki'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { admin, allowRenewalAlways, changeProfile, createChallenge, requireApproval } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import {
  certificateOf,
  type Device,
  type Enrolment,
  enrol,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  post,
  read,
  sealEnrolment,
  sealPoll,
} from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { rawRequest, request } from '../raw-http.ts'
import { startServer, type TestServer } from '../server.ts'

/** Requests wait for a person, over HTTP, and are decided by command and over REST. */

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const DATABASES: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: 'approval-test-secret-0123456789abcdefghij',
  }),
}

const BAD_REQUEST = { status: 'FAILURE', failInfo: 'badRequest' }
const BAD_CERT_ID = { status: 'FAILURE', failInfo: 'badCertId' }

describe.each(Object.keys(DATABASES))('on %s', (database) => {
  let server: TestServer
  let ca: PublishedCa
  let device: Device
  beforeAll(async () => {
    server = await startServer({ env: await (DATABASES[database] as () => Promise<Record<string, string>>)() })
    await requireApproval(server)
    ca = await fetchCa(server.url)
  })
  beforeEach(async () => {
    device = await newDevice()
  })
  afterAll(() => server.stop())

  const poll = async (enrolment: Enrolment, options: Parameters<typeof sealPoll>[2] = {}) =>
    enrol(server.url, await sealPoll(enrolment, ca, options), ca)
  const list = async (query = '') =>
    (await admin(server, 'GET', `/v1/approvals${query}`)) as { approvals: Approval[]; waiting: unknown }
  const decide = async (uuid: string, verdict: 'approve' | 'reject') => {
    const answer = await fetch(`${server.url}/api/v1/approvals/${uuid}/${verdict}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ comment: 'over REST' }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  /** A request that waits, and its UUID. */
  const waiting = async (subject: string) => {
    const asked = await sealEnrolment(device, ca, { subject, challenge: await createChallenge(server) })
    expect(await enrol(server.url, asked, ca)).toMatchObject({ status: 'PENDING' })
    const found = (await list()).approvals.find((one) => one.subject === subject)
    if (found === undefined) throw new Error('it does not wait')
    return { asked, uuid: found.uuid, found }
  }
  /** Lines of the log about a transaction; they are written a moment after the answer. */
  const logged = (uuid: string, outcome: string, count: number) =>
    vi.waitFor(() => {
      const lines = server.log().split('\n')
      const found = lines.filter((line) => line.includes(uuid) && line.includes(`"outcome":"${outcome}"`))
      expect(found.length).toBeGreaterThanOrEqual(count)
      return found
    }, 10_000)
  const restart = async () => {
    await server.kill()
    await server.restart()
  }

  test('S-4.4-03 S-4.4-06 S-5.2-01 S-5.2-08 S-3.3.2.1-07 S-7.4-01 waits, through a kill, until it is approved by command; then each poll brings the same certificate', async () => {
    const { asked, uuid } = await waiting('CN=patient')
    expect(await poll(asked)).toMatchObject({ status: 'PENDING' })
    expect(await enrol(server.url, asked, ca)).toMatchObject({ status: 'PENDING' })
    await restart()
    expect(await poll(asked)).toMatchObject({ status: 'PENDING' })
    expect((await list()).approvals.filter(({ subject }) => subject === 'CN=patient')).toHaveLength(1)

    const approved = await chancery(server.dataDir, ['approval', 'approve', uuid, '--comment', 'seen'])
    expect(approved.code, approved.stderr).toBe(0)
    expect(approved.stdout.toString()).toMatch(/^state +issued: /m)
    expect(await logged(uuid, 'issued', 1), 'issue is one thing, delivery another').toHaveLength(1)
    await restart()
    const certificates = []
    for (let count = 0; count < 3; count++) certificates.push(certificateOf(await poll(asked)).der)
    certificates.push(certificateOf(await enrol(server.url, asked, ca)).der)
    expect(new Set(certificates.map((one) => one.toString('hex'))).size).toBe(1)
    expect(parseCertificate(certificates[0] as Buffer).publicKey.digest()).toEqual(device.key.publicKey.digest())
    expect(await logged(uuid, 'polled', 3)).toHaveLength(3)
  })

  test('S-4.4-03 S-5.2-06 is rejected by command: polls are badRequest, and with a new challenge it waits anew', async () => {
    const { asked, uuid } = await waiting('CN=stranger')
    const rejected = await chancery(server.dataDir, ['approval', 'reject', uuid, '--comment', 'not ours'])
    expect(rejected.code, rejected.stderr).toBe(0)
    expect(await poll(asked)).toMatchObject(BAD_REQUEST)
    expect(await enrol(server.url, asked, ca), 'its challenge is spent').toMatchObject(BAD_REQUEST)
    const again = await sealEnrolment(device, ca, {
      subject: 'CN=stranger',
      challenge: await createChallenge(server),
      transactionId: asked.transactionId,
    })
    expect(await enrol(server.url, again, ca)).toMatchObject({ status: 'PENDING' })
    const { approvals } = await list('?state=decided')
    expect(approvals.find((one) => one.uuid === uuid)).toMatchObject({
      state: 'denied',
      requested: null,
      decision: { decision: 'rejected', comment: 'not ours', by: 'local socket' },
    })
  })

  test('S-4.4-02 S-5.2-09 S-5.2-03 S-7-11 D-4.3-01 another key, and whoever polls for nothing, hear the same; the owner is not disturbed', async () => {
    const { asked, uuid } = await waiting('CN=owner')
    const thief = await newDevice()
    const hear = async (options: Parameters<typeof sealPoll>[2]) => {
      const sealed = await sealPoll(asked, ca, options)
      const reply = await post(server.url, sealed.message)
      expect(await read(sealed, reply, ca)).toMatchObject(BAD_CERT_ID)
      return withoutWhatChanges(reply)
    }
    const unknown = await hear({ transactionId: 'nobody-asked-for-this' })
    expect(await hear({ device: thief })).toEqual(unknown)
    await decide(uuid, 'approve')
    expect(await hear({ device: thief })).toEqual(unknown)
    expect((await poll(asked)).status).toBe('SUCCESS')
  })

  test.each([
    ['other names', der.sequence(der.sequence(), der.sequence())],
    ['an empty sequence', der.sequence()],
    ['no ASN.1 at all', Buffer.from('IssuerAndSubject')],
  ])('S-3.3.3-02 S-3.3.3-03 D-3.1.1.2-02 a poll with %s is answered like any other', async (_, content) => {
    const { asked } = await waiting('CN=odd')
    expect(await poll(asked, { content })).toMatchObject({ status: 'PENDING' })
  })

  test('of two who approve at the same moment one is told 409, and one certificate is made', async () => {
    const { uuid, asked } = await waiting('CN=twice')
    const answers = await Promise.all([decide(uuid, 'approve'), decide(uuid, 'approve'), decide(uuid, 'reject')])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    const { state } = (await admin(server, 'GET', `/v1/approvals/${uuid}`)) as Approval
    expect(await poll(asked)).toMatchObject(state === 'issued' ? { status: 'SUCCESS' } : BAD_REQUEST)
    expect((await decide(uuid, 'approve')).body.message).toMatch(/^This request was (approved|rejected) already, by /)
  })

  test('S-2.4-15 D-2.3-01 a person sees names, key, and the fingerprint that sha256sum prints of the request', async () => {
    const { asked, uuid, found } = await waiting('CN=seen,O=Example')
    const file = join(temporaryFolder(), 'csr.der')
    writeFileSync(file, asked.csr)
    const [fingerprint = ''] = (await must('sha256sum', [file])).toString().split(' ')
    expect(found).toMatchObject({
      state: 'waiting',
      kind: 'initial',
      transactionId: asked.transactionId,
      endpoint: 'scepProfile/default',
      scepProfile: 'default',
      raProfile: 'default',
      authenticated: true,
      requested: {
        subjectAltNames: [],
        key: 'RSA 2048',
        keyFingerprint: device.key.publicKey.digest().toString('hex'),
        csrFingerprint: fingerprint,
      },
      renews: null,
      decision: null,
    })
    const shown = await chancery(server.dataDir, ['approval', 'show', fingerprint])
    expect(shown.code, shown.stderr).toBe(0)
    expect(shown.stdout.toString()).toContain(uuid)
    expect(shown.stdout.toString()).toContain(fingerprint)
  })

  test('S-2.4-04 without a challenge a request is refused, or waits in a list of its own where the profile says so', async () => {
    const ask = async (subject: string) =>
      enrol(server.url, await sealEnrolment(await newDevice(), ca, { subject }), ca)
    expect(await ask('CN=nobody')).toMatchObject(BAD_REQUEST)
    await changeProfile(server, { withoutChallenge: 'wait', mostWaiting: 2 })
    expect(await ask('CN=first')).toMatchObject({ status: 'PENDING' })
    expect(await ask('CN=second')).toMatchObject({ status: 'PENDING' })
    expect(await ask('CN=third')).toMatchObject(BAD_REQUEST)
    const wrong = await sealEnrolment(device, ca, { subject: 'CN=wrong', challenge: 'nobody made this' })
    expect(await enrol(server.url, wrong, ca)).toMatchObject(BAD_REQUEST)
    const { approvals, waiting: counts } = await list('?authenticated=false&profile=default')
    expect(approvals.map(({ subject, authenticated }) => [subject, authenticated])).toEqual([
      ['CN=first', false],
      ['CN=second', false],
    ])
    expect(counts).toMatchObject({ unauthenticated: 2 })
    expect((await list()).approvals.map(({ authenticated }) => authenticated)).not.toContain(false)
    await changeProfile(server, { withoutChallenge: 'refuse' })
  })

  test('S-7-18 a certificate that was revoked while its renewal waited renews nothing', async () => {
    await allowRenewalAlways(server)
    const { asked, uuid } = await waiting('CN=renewed')
    await decide(uuid, 'approve')
    const certificate = certificateOf(await poll(asked))
    const renewal = await sealEnrolment({ ...device, certificate }, ca, { subject: 'CN=renewed' })
    expect(await enrol(server.url, renewal, ca)).toMatchObject({ status: 'PENDING' })
    const found = (await list()).approvals.find(({ subject, kind }) => subject === 'CN=renewed' && kind === 'renewal')
    expect(found?.renews).toMatchObject({ state: 'issued', differences: ['The key stays the same.'] })
    await admin(server, 'PUT', `/v1/certificates/${found?.renews?.uuid}/revoke`, {})
    expect(await decide(String(found?.uuid), 'approve')).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('was revoked') },
    })
    expect(await poll(renewal)).toMatchObject(BAD_REQUEST)
    expect(await poll(asked), 'nor is the revoked one delivered').toMatchObject(BAD_REQUEST)
  })

  test('D-5.1-01 a client that knows only GET over HTTP/1.0 enrols and polls, with message= on every operation', async () => {
    const get = (query: string) => rawRequest(server.url, request('GET', `${PROFILE_PATH}?${query}`, []))
    const send = async ({ message }: Enrolment) =>
      (await get(`operation=PKIOperation&message=${encodeURIComponent(message.toString('base64'))}`)).body
    expect((await get('operation=GetCACaps&message=ca')).status).toBe(200)
    expect((await get('operation=GetCACert&message=ca')).status).toBe(200)
    const asked = await sealEnrolment(device, ca, { subject: 'CN=old', challenge: await createChallenge(server) })
    expect(await read(asked, await send(asked), ca)).toMatchObject({ status: 'PENDING' })
    const { uuid } = (await list()).approvals.find(({ subject }) => subject === 'CN=old') ?? {}
    const first = await sealPoll(asked, ca)
    expect(await read(first, await send(first), ca)).toMatchObject({ status: 'PENDING' })
    await decide(String(uuid), 'approve')
    const second = await sealPoll(asked, ca)
    const certificate = certificateOf(await read(second, await send(second), ca))
    expect(certificate.publicKey.digest()).toEqual(device.key.publicKey.digest())
  })

  test('the page of approvals takes no nonsense', async () => {
    for (const query of ['?state=all', '?after=x', '?itemsPerPage=0', '?authenticated=yes', '?x=1']) {
      await expect(list(query)).rejects.toThrow(': 422 ')
    }
    await expect(list('?profile=nobody')).rejects.toThrow(': 404 ')
    expect((await decide('019a0000-0000-7000-8000-000000000001', 'approve')).status).toBe(404)
    const { uuid } = await waiting('CN=last')
    await expect(admin(server, 'POST', `/v1/approvals/${uuid}/reject`, {})).rejects.toThrow('comment is missing')
  })
})

/** What a reply says, without what is another in each: nonces, times, ids, signatures. */
function withoutWhatChanges(reply: Buffer): unknown {
  const [signer] = parseSignedData(reply).signerInfos
  const attributes = signer?.signedAttributes ?? []
  const NONCES = [
    '2.16.840.1.113733.1.9.5',
    '2.16.840.1.113733.1.9.6',
    '2.16.840.1.113733.1.9.7',
    '1.2.840.113549.1.9.5',
  ]
  return attributes
    .filter(({ oid }) => !NONCES.includes(oid))
    .map(({ oid, values }) => [oid, values[0]?.bytes.toString('latin1').replace(/\[[0-9a-f]{12}\]/, '[id]')])
}

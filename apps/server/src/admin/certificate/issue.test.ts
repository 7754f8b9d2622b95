import { generateKeyPairSync } from 'node:crypto'
import type { Approval, CreatedToken, IssuedCertificate } from '@chancery/api'
import {
  buildCertificationRequest,
  decodePem,
  encodePem,
  nameFromText,
  nameToText,
  parseCertificate,
  softwareSigningKey,
} from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../../tests/store.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

onBothDatabases((database, dialect) => {
  let server: TestApp
  let raProfile: string
  const tokens: Record<string, string> = {}
  beforeAll(async () => {
    const where =
      dialect === 'sqlite'
        ? {}
        : {
            CHANCERY_DATABASE_URL: (await database.empty()).url,
            CHANCERY_KEY_SECRET: 'a secret of the test, long enough',
          }
    server = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: TOKEN })
    raProfile = (await server.context.snapshots.current()).configuration.raProfiles[0]?.uuid ?? ''
    for (const [name, role] of [
      ['olga', 'operator'],
      ['adam', 'approver'],
      ['root', 'administrator'],
    ] as const) {
      tokens[name] = ((await call('POST', '/tokens', { name, role })).body as CreatedToken).token
    }
  })
  afterAll(() => server.close())

  async function call(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object, token = TOKEN) {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
    return { status: answer.statusCode, body: answer.json() as unknown }
  }

  async function request(subject = 'CN=web.example', bits = 2048): Promise<string> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
    const key = softwareSigningKey(privateKey)
    return encodePem('CERTIFICATE REQUEST', await buildCertificationRequest({ subject: nameFromText(subject), key }))
  }

  const issue = async (csr: string, who = 'olga') => {
    const { status, body } = await call('POST', `/raProfiles/${raProfile}/certificates`, { csr }, tokens[who])
    return { status, body: body as IssuedCertificate & { message?: string } }
  }

  test('a pasted request gets a certificate of its key and subject, with the chain, and it is in the inventory', async () => {
    const { status, body } = await issue(await request())
    expect([status, body.state]).toEqual([201, 'issued'])
    const certificate = parseCertificate(decodePem(body.pem ?? '', 'CERTIFICATE')[0] as Buffer)
    expect(nameToText(certificate.subject)).toBe('CN=web.example')
    const [issuer] = (await server.context.snapshots.current()).configuration.issuers
    expect(body.chain[0] && decodePem(body.chain[0], 'CERTIFICATE')[0]).toEqual(issuer?.certificate)
    const found = await call('GET', `/certificates/${body.certificateUuid}`)
    expect(found.body).toMatchObject({ state: 'issued', purpose: 'device', endpoint: 'api/default' })
  })

  test('the same request again gets the same certificate, and another one with the same key is told apart', async () => {
    const csr = await request()
    const first = await issue(csr)
    expect((await issue(csr)).body).toEqual(first.body)
    expect((await issue(csr, 'root')).body.certificateUuid).toBe(first.body.certificateUuid)
  })

  test('at the same moment, too', async () => {
    const csr = await request()
    const answers = await Promise.all(Array.from({ length: 5 }, () => issue(csr)))
    expect(new Set(answers.map(({ body }) => body.certificateUuid)).size).toBe(1)
  })

  test.each<[string, () => Promise<string>, number, RegExp]>([
    ['nonsense', async () => 'nonsense', 422, /^$/],
    ['a key that is too weak', () => request('CN=weak', 1024), 409, /1024/],
    ['a broken signature', async () => spoil(await request()), 409, /signature/],
  ])('%s is refused with a sentence, and nothing is issued', async (_, make, expected, sentence) => {
    const before = await server.store.inventory.count()
    const { status, body } = await issue(await make())
    expect(status).toBe(expected)
    expect(body.message ?? '').toMatch(sentence)
    expect(await server.store.inventory.count()).toBe(before)
  })

  test('who may not issue is 403, and a disabled RA profile says so', async () => {
    expect((await issue(await request(), 'adam')).status).toBe(403)
    await call('PUT', `/raProfiles/${raProfile}`, { enabled: false })
    const off = await issue(await request())
    expect([off.status, off.body.message]).toEqual([409, 'RA profile "default" is disabled.'])
    await call('PUT', `/raProfiles/${raProfile}`, { enabled: true })
  })

  test('where a person must agree it waits, nobody approves his own request, and the same command fetches it', async () => {
    await call('PUT', `/raProfiles/${raProfile}`, { approvalRequired: true })
    const csr = await request('CN=approved.example')
    const asked = await issue(csr, 'root')
    expect(asked.body).toMatchObject({ state: 'pending', pem: null, certificateUuid: null })
    const { transactionUuid } = asked.body
    const shown = (await call('GET', `/approvals/${transactionUuid}`)).body
    expect(shown).toMatchObject({
      state: 'waiting',
      endpoint: 'api/default',
      subject: 'CN=approved.example',
      requestedBy: 'root',
    })
    const own = await call('POST', `/approvals/${transactionUuid}/approve`, {}, tokens.root)
    expect([own.status, (own.body as { message: string }).message]).toEqual([
      403,
      'root has asked for this certificate, and nobody approves his own request. Let somebody else decide; it goes on waiting.',
    ])
    expect((await issue(csr, 'root')).body.state).toBe('pending')
    const agreed = await call('POST', `/approvals/${transactionUuid}/approve`, {}, tokens.adam)
    expect(agreed.body).toMatchObject({ state: 'issued' } satisfies Partial<Approval>)
    expect((await issue(csr, 'root')).body).toMatchObject({ state: 'issued', transactionUuid })
    await call('PUT', `/raProfiles/${raProfile}`, { approvalRequired: false })
  })
})

/** The last octets are those of the signature. */
function spoil(pem: string): string {
  const [der] = decodePem(pem, 'CERTIFICATE REQUEST')
  if (der === undefined) throw new Error('no request')
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1)
  return encodePem('CERTIFICATE REQUEST', der)
}

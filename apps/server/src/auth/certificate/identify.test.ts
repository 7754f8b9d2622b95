import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { IssuedCertificate, UserCertificate, WhoAmI } from '@chancery/api'
import { generateKey } from '@chancery/ca'
import { buildCertificationRequest, encodePem, nameFromText, softwareSigningKey } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../../../../tests/folder.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const TOKEN = 'an-admin-token-of-more-than-32-characters'
const PROXY = '10.0.0.1'

let node: TestApp
let alice: string
let pem: string
beforeAll(async () => {
  node = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN, CHANCERY_TRUSTED_PROXIES: '10.0.0.0/8' })
  pem = selfSigned('alice')
  // The certificate begins in the second in which it was made.
  node.clock.now = new Date(Date.now() + 60_000)
  alice = await newUser('alice')
  expect((await register(alice, pem)).status).toBe(201)
})
afterAll(() => node.close())

const admin = { authorization: `Bearer ${TOKEN}` }

async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  payload?: object,
  headers: object = admin,
) {
  const answer = await node.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...headers },
    ...(payload && { payload }),
  })
  return {
    status: answer.statusCode,
    body: answer.body === '' ? (undefined as T) : answer.json<T>(),
    text: answer.body,
  }
}

async function newUser(name: string): Promise<string> {
  const { body } = await call<{ uuid: string }>('POST', '/users', { name, grants: [{ role: 'operator' }] })
  return body.uuid
}
const register = (user: string, certificate: string) =>
  call<UserCertificate>('POST', `/users/${user}/certificates`, { certificate })

function selfSigned(name: string): string {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30']
  const key = join(temporaryFolder(), 'key.pem')
  return execFileSync('openssl', [...args, '-subj', `/CN=${name}`, '-keyout', key], { encoding: 'utf8', stdio: 'pipe' })
}

const escaped = (certificate: string) => encodeURIComponent(certificate)
const structured = (certificate: string) => `:${new X509Certificate(certificate).raw.toString('base64')}:`

/** What a proxy passes on. */
async function through(
  header: string,
  value: string,
  { from = PROXY, more = {}, method = 'GET' as 'GET' | 'POST' } = {},
) {
  const answer = await node.app.inject({
    method,
    url: method === 'GET' ? '/api/v1/session' : '/api/v1/challenges/default',
    remoteAddress: from,
    headers: { [header]: value, ...more },
  })
  return {
    status: answer.statusCode,
    body: answer.headers['content-type']?.startsWith('application/json')
      ? answer.json<WhoAmI & { message: string }>()
      : undefined,
  }
}

test.each([
  ['client-cert', structured],
  ['x-ssl-client-cert', escaped],
  ['x-client-cert', escaped],
])(
  'in %s from a trusted proxy the certificate signs its user in, with the rights of the user',
  async (header, write) => {
    const { status, body } = await through(header, write(pem))
    expect(status).toBe(200)
    expect(body).toMatchObject({ kind: 'user', name: 'alice', method: 'certificate', grants: [{ role: 'operator' }] })
  },
)

test('S30 from anybody else the header counts for nothing, and that is noted once', async () => {
  const before = node.lines.length
  for (const from of ['192.0.2.1', '192.0.2.1', '127.0.0.1']) {
    expect((await through('client-cert', structured(pem), { from })).status).toBe(401)
  }
  const noted = node.lines.slice(before).filter(({ msg }) => String(msg).includes('CHANCERY_TRUSTED_PROXIES'))
  expect(noted).toHaveLength(1)
})

test.each(['nonsense', ':bm9uc2Vuc2U=:', '%', `:${'A'.repeat(40_000)}:`, '-----BEGIN CERTIFICATE-----'])(
  'what is no certificate, such as %.20j, is as if there was none',
  async (value) => {
    expect((await through('client-cert', value)).status).toBe(401)
  },
)

test('a certificate that is registered to nobody is as if there was none', async () => {
  expect((await through('client-cert', structured(selfSigned('alice')))).status).toBe(401)
})

test('a token and a session win over it, also where they are wrong', async () => {
  const more = { authorization: `Bearer ${TOKEN}` }
  expect((await through('client-cert', structured(pem), { more })).body).toMatchObject({ kind: 'environment' })
  const wrong = { authorization: `Bearer ${TOKEN}x` }
  expect((await through('client-cert', structured(pem), { more: wrong })).status).toBe(401)
})

test('a page of another site makes nothing be done with it', async () => {
  const options = { method: 'POST' as const }
  const more = { 'sec-fetch-site': 'cross-site' }
  expect((await through('client-cert', structured(pem), { ...options, more })).status).toBe(403)
  expect((await through('client-cert', structured(pem), options)).status).toBe(201)
})

test('whoever is disabled, and a certificate that is over, open nothing from the next request on', async () => {
  await call('PUT', `/users/${alice}`, { enabled: false })
  expect(await through('client-cert', structured(pem))).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('disabled') },
  })
  await call('PUT', `/users/${alice}`, { enabled: true })
  const { now } = node.clock
  node.clock.now = new Date(now.getTime() + 31 * 86_400_000)
  expect((await through('client-cert', structured(pem))).body?.message).toContain('it expired at')
  node.clock.now = new Date(now.getTime() - 86_400_000)
  expect((await through('client-cert', structured(pem))).body?.message).toContain('not valid before')
  node.clock.now = now
})

test('one of ours that is revoked signs nobody in', async () => {
  const bob = await newUser('bob')
  const key = softwareSigningKey(await generateKey('rsa-2048'))
  const csr = encodePem(
    'CERTIFICATE REQUEST',
    await buildCertificationRequest({ subject: nameFromText('CN=bob'), key }),
  )
  const { body: raProfiles } = await call<{ uuid: string }[]>('GET', '/raProfiles')
  const { body: issued } = await call<IssuedCertificate>('POST', `/raProfiles/${raProfiles[0]?.uuid}/certificates`, {
    csr,
  })
  expect((await register(bob, issued.pem ?? '')).status).toBe(201)
  expect((await through('client-cert', structured(issued.pem ?? ''))).body).toMatchObject({ name: 'bob' })
  await call('PUT', `/certificates/${issued.certificateUuid}/revoke`, { reason: 'keyCompromise' })
  expect((await through('client-cert', structured(issued.pem ?? ''))).body?.message).toContain('revoked')
})

test('a certificate is listed and taken away, signs one user in, and what is no certificate or over is refused', async () => {
  const carol = await newUser('carol')
  const own = selfSigned('carol')
  const { body: made } = await register(carol, own)
  expect(made).toMatchObject({ subject: 'CN=carol' })
  expect((await register(carol, own)).body, 'again').toEqual(made)
  expect((await register(alice, own)).status).toBe(409)
  expect((await register(carol, 'nonsense')).status).toBe(422)
  expect((await call('GET', `/users/${carol}/certificates`)).body).toEqual({ certificates: [made] })
  const remove = () => call('DELETE', `/users/${carol}/certificates/${made.fingerprint}`)
  expect((await remove()).status).toBe(204)
  expect((await remove()).status).toBe(404)
  expect((await through('client-cert', structured(own))).status).toBe(401)
})

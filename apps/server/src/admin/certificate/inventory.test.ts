import { generateKeyPairSync } from 'node:crypto'
import type { CertificateDetail, CertificateHistory, IssuedCertificate } from '@chancery/api'
import {
  buildCertificationRequest,
  decodePem,
  encodePem,
  nameFromText,
  parseSignedData,
  readElement,
  softwareSigningKey,
} from '@chancery/pki'
import { uuidV7 } from '@chancery/ra'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTokenText } from '../../auth/token-text.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

let server: TestApp
let uuid: string
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
  const [raProfile] = (await server.context.snapshots.current()).configuration.raProfiles
  const key = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  const csr = await buildCertificationRequest({ subject: nameFromText('CN=web.example,O=Acme'), key })
  const answer = await server.app.inject({
    method: 'POST',
    url: `/api/v1/raProfiles/${raProfile?.uuid}/certificates`,
    headers: { authorization: `Bearer ${TOKEN}` },
    payload: { csr: encodePem('CERTIFICATE REQUEST', csr) },
  })
  uuid = (answer.json() as IssuedCertificate).certificateUuid ?? ''
})
afterAll(() => server.close())

const ask = (path: string, token = TOKEN) =>
  server.app.inject({
    method: 'GET',
    url: `/api/v1/certificates${path}`,
    headers: { authorization: `Bearer ${token}` },
  })

test('a certificate has its detail, its chain, its history, and files of itself', async () => {
  const detail = (await ask(`/${uuid}`)).json() as CertificateDetail
  expect(detail).toMatchObject({
    ...{ state: 'issued', subject: 'CN=web.example,O=Acme', key: 'rsa-2048', protocol: 'api', raProfile: 'default' },
    ...{ scepProfile: null, authority: 'default' },
  })
  const der = decodePem(detail.pem, 'CERTIFICATE')[0]
  const { certificates } = (await ask(`/${uuid}/chain`)).json() as { certificates: { pem: string; subject: string }[] }
  expect(certificates.map(({ pem }) => pem)[0]).toBe(detail.pem)
  expect(certificates[1]?.subject).toBe(detail.issuer)
  const history = (await ask(`/${uuid}/history`)).json() as CertificateHistory
  expect(history.events.map(({ kind }) => kind)).toEqual(['requested', 'issued'])
  expect(history.line.map((one) => one.uuid)).toEqual([uuid])
  const raw = await ask(`/${uuid}/raw?encoding=der`)
  expect([raw.headers['content-type'], raw.rawPayload]).toEqual(['application/pkix-cert', der])
  expect((await ask(`/${uuid}/raw`)).body).toBe(detail.pem)
  const bundle = await ask(`/${uuid}/pkcs7?encoding=der`)
  expect(parseSignedData(readElement(bundle.rawPayload)).certificates).toHaveLength(certificates.length)
  expect((await ask(`/${uuid}/pkcs7`)).body).toContain('BEGIN PKCS7')
})

test('it is found by its words and its key before the job has run, and after', async () => {
  for (const _ of ['before', 'after']) {
    for (const query of ['search=acme+web.ex', 'key=rsa-2048&protocol=api', 'raProfile=default']) {
      const { certificates } = (await ask(`?${query}`)).json() as { certificates: { uuid: string }[] }
      expect(certificates.map((one) => one.uuid)).toEqual([uuid])
    }
    await server.runJobs()
  }
  expect(await server.store.certificates.isDue()).toBe(false)
})

test.each([
  ['default', 1, 200],
  ['other', 0, 404],
])('who may read the RA profile "%s" sees %i of it, in lists, details and exports', async (name, count, status) => {
  const { now } = server.clock
  const token = newTokenText()
  const scope = { scepProfiles: [], raProfiles: [name] }
  const record = {
    uuid: uuidV7(now),
    name: `of-${name}`,
    role: 'viewer',
    maker: 'test',
    createdAt: now,
    expiresAt: null,
  }
  await server.store.tokens.create({ ...record, scope, token })
  const as = (path: string) => ask(path, token.reveal())
  expect((await as('')).json().certificates).toHaveLength(count)
  expect((await as('/export?format=jsonl')).body.split('\n')).toHaveLength(count + 1)
  for (const path of ['', '/chain', '/history', '/raw', '/pkcs7']) {
    expect((await as(`/${uuid}${path}`)).statusCode, path).toBe(status)
  }
})

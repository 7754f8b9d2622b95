import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { nameToText } from '@chancery/pki'
import { Secret } from '@chancery/ra'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificateOf, enrol, fetchCa, newDevice, sealEnrolment } from '../../../../tests/device.ts'
import { WRONG_TOKENS } from '../limits/authentication-limits.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { MOST_LIVE } from './create.ts'
import { scrape } from './testing/scraper.ts'

const TOKEN = 'a token of thirty-two characters!'.replaceAll(' ', '-')
const PATH = '/certsrv/mscep_admin/'

let server: TestApp
let scepProfileId: number
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN, CHANCERY_TRUSTED_PROXIES: '10.0.0.0/8', CHANCERY_WORKERS: '1' })
  const { configuration } = await server.context.snapshots.current()
  scepProfileId = configuration.scepProfiles[0]?.id ?? 0
})
afterAll(() => server.close())

const basic = (password: string, user = 'DOMAIN\\ndes') =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function visit(path = PATH, options: InjectOptions = {}) {
  const { headers, ...rest } = options
  const answer = await server.app.inject({
    method: 'GET',
    url: path,
    ...rest,
    headers: { authorization: basic(TOKEN), ...headers },
  })
  const isPage = answer.headers['content-type'] === 'text/html'
  return {
    status: answer.statusCode,
    headers: answer.headers,
    page: isPage ? scrape(answer.rawPayload) : undefined,
    answer,
  }
}

async function token(role: string): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: { authorization: `Bearer ${TOKEN}` },
    payload: { name: `${role}-of-the-test`, role },
  })
  return (answer.json() as { token: string }).token
}

async function made(): Promise<number> {
  return (await server.store.challenges.list({ scepProfileId, limit: 5000 }, server.clock.now)).challenges.length
}

test('the page gives a new challenge of 32 digits at each visit, and the thumbprint of the CA', async () => {
  const visits = [await visit(), await visit()]
  const { configuration } = await server.context.snapshots.current()
  const thumbprint = createHash('md5')
    .update(configuration.issuers[0]?.certificate ?? '')
    .digest('hex')
    .toUpperCase()
  for (const { status, headers, page } of visits) {
    expect(status).toBe(200)
    expect(page?.challenge).toMatch(/^[0-9A-F]{32}$/)
    expect(page?.thumbprint).toBe(thumbprint)
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-store' })
    expect(headers).not.toHaveProperty('set-cookie')
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  }
  expect(visits[0]?.page?.challenge).not.toBe(visits[1]?.page?.challenge)
})

test('the challenge is for one certificate, an hour and anything, and nothing of it is in the log', async () => {
  const { page } = await visit()
  const challenge = page?.challenge ?? ''
  expect(await server.store.challenges.find(scepProfileId, new Secret(challenge))).toMatchObject({
    remainingUses: 1,
    expiresAt: new Date(server.clock.now.getTime() + 3_600_000),
    subject: null,
    subjectAltNames: null,
  })
  const [entry] = (await server.store.challenges.list({ scepProfileId, limit: 1 }, server.clock.now)).challenges
  expect(entry).toMatchObject({ origin: 'ndes-page', maker: 'CHANCERY_ADMIN_TOKEN' })
  const log = JSON.stringify(server.lines)
  expect(log).toContain(entry?.uuid)
  for (const secret of [challenge, TOKEN, basic(TOKEN)]) expect(log).not.toContain(secret)
})

test('a device enrols with it, once', async () => {
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  const answer = await fetch(`${url}/certsrv/mscep_admin/`, { headers: { authorization: basic(TOKEN) } })
  const { challenge = '' } = scrape(Buffer.from(await answer.arrayBuffer()))
  const ca = await fetchCa(url)
  const request = async () => sealEnrolment(await newDevice(), ca, { subject: 'CN=from-the-page', challenge })
  const first = await request()
  expect(nameToText(certificateOf(await enrol(url, first, ca)).subject)).toBe('CN=from-the-page')
  expect(await enrol(url, await request(), ca)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
})

test.each([
  '/certsrv/mscep_admin',
  '/certsrv/mscep_admin/mscep.dll',
  '/certsrv/mscep_admin/default',
  '/certsrv/mscep_admin/default/',
  '/certsrv/mscep_admin/default/mscep.dll',
  '/CertSrv/mscep_admin/',
  '/certsrv/MSCEP_admin/mscep.dll',
])('%s is the page of the default profile', async (path) => {
  expect((await visit(path)).page?.challenge).toMatch(/^[0-9A-F]{32}$/)
})

test('it can be asked for by POST, whatever is posted, as some programs do', async () => {
  for (const payload of [undefined, 'operation=GetCACaps', 'x'.repeat(100_000)]) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { page } = await visit(PATH, { method: 'POST', headers, ...(payload === undefined ? {} : { payload }) })
    expect(page?.challenge).toMatch(/^[0-9A-F]{32}$/)
  }
})

test('every other method is 405, HEAD too, and makes nothing', async () => {
  const before = await made()
  for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const) {
    const { status, headers } = await visit(PATH, { method })
    expect([status, headers.allow]).toEqual([405, 'GET, POST'])
  }
  expect(await made()).toBe(before)
})

describe('who may', () => {
  test.each([
    ['nothing', ''],
    ['a wrong token', basic('x'.repeat(40))],
    ['the token as the user', basic('', TOKEN)],
    ['credentials without a colon', `Basic ${Buffer.from(TOKEN).toString('base64')}`],
    ['NTLM', 'NTLM TlRMTVNTUAABAAAA'],
    ['a token that would break out of its header', basic(`${TOKEN}\r\nx: y`)],
  ])('S28 %s is 401, and asks for Basic and nothing else', async (_, authorization) => {
    const before = await made()
    const { status, headers, page } = await visit(PATH, { headers: { authorization } })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toBe('Basic realm="chancery", charset="UTF-8"')
    expect(page?.challenge).toBeUndefined()
    expect(await made()).toBe(before)
  })

  test('any user name will do, and the token as a bearer too', async () => {
    for (const authorization of [basic(TOKEN, ''), basic(TOKEN, 'žofie'), `Bearer ${TOKEN}`]) {
      expect((await visit(PATH, { headers: { authorization } })).page?.challenge).toBeDefined()
    }
  })

  test('S28 whoever guesses tokens here is told to wait, and nobody else is', async () => {
    const from = (address: string, password: string) =>
      visit(PATH, {
        remoteAddress: '10.0.0.1',
        headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https', authorization: basic(password) },
      })
    for (let count = 0; count < WRONG_TOKENS.burst; count++) await from('192.0.2.66', `wrong-${count}`)
    const before = await made()
    const shut = await from('192.0.2.66', TOKEN)
    expect([shut.status, Number(shut.headers['retry-after'])]).toEqual([429, expect.any(Number)])
    expect(shut.page?.challenge).toBeUndefined()
    expect(await made()).toBe(before)
    expect((await from('192.0.2.67', TOKEN)).status).toBe(200)
  })

  test('a token of the role enroller gets a challenge, and one of the role auditor is told that it may not', async () => {
    const make = async (name: string, role: string) => {
      const headers = { authorization: `Bearer ${TOKEN}` }
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/v1/tokens',
        headers,
        payload: { name, role },
      })
      return (answer.json() as { token: string }).token
    }
    const authorization = basic(await make('mdm', 'enroller'))
    expect((await visit(PATH, { headers: { authorization } })).page?.challenge).toBeDefined()
    const auditor = basic(await make('looker', 'auditor'))
    expect((await visit(PATH, { headers: { authorization: auditor } })).page).toMatchObject({ hasNoRight: true })
  })

  test('S28 a token without the right is told so in the words of NDES, and gets no challenge', async () => {
    const before = await made()
    const { status, page } = await visit(PATH, { headers: { authorization: basic(await token('auditor')) } })
    expect(status).toBe(200)
    expect(page).toMatchObject({ hasNoRight: true, challenge: undefined })
    expect(await made()).toBe(before)
  })

  test('a token that may make challenges and nothing else is enough, and the challenge has its name', async () => {
    const { page } = await visit(PATH, { headers: { authorization: basic(await token('enroller')) } })
    expect(page?.challenge).toBeDefined()
    const [entry] = (await server.store.challenges.list({ scepProfileId, limit: 1 }, server.clock.now)).challenges
    expect(entry?.maker).toContain('enroller-of-the-test')
  })

  test('S28 who guesses at tokens has to wait', async () => {
    const guess = () =>
      visit(PATH, {
        remoteAddress: '10.0.0.1',
        headers: {
          authorization: basic('x'.repeat(40)),
          'x-forwarded-for': '198.51.100.9',
          'x-forwarded-proto': 'https',
        },
      })
    let answer = await guess()
    for (let count = 0; count < 500 && answer.status === 401; count++) answer = await guess()
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
    expect(answer.page?.challenge).toBeUndefined()
  })

  test('S28 what comes in plain over a network is refused before a password is asked for', async () => {
    const before = await made()
    for (const headers of [{}, { 'x-forwarded-proto': 'https' }, { authorization: '' }]) {
      const { status, headers: answered, page } = await visit(PATH, { remoteAddress: '192.0.2.7', headers })
      expect(status).toBe(403)
      expect(answered).not.toHaveProperty('www-authenticate')
      expect(page?.text).toContain('Use https')
    }
    const undeclared = await visit(PATH, { remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '192.0.2.7' } })
    expect(undeclared.status).toBe(403)
    expect(await made()).toBe(before)
  })

  test('behind a trusted proxy its word counts, the last one that it wrote', async () => {
    const through = async (proto?: string) => {
      const headers = { 'x-forwarded-for': '192.0.2.7', ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }) }
      return (await visit(PATH, { remoteAddress: '10.0.0.1', headers })).status
    }
    expect(await Promise.all([through('https'), through('http, HTTPS')])).toEqual([200, 200])
    expect(await Promise.all([through('http'), through('https, http'), through()])).toEqual([403, 403, 403])
  })

  test.each([
    ['an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['a form of an old browser', { origin: 'https://evil.example' }],
    ['a form in a sandbox', { origin: 'null' }],
  ])('S28 %s cannot make a challenge', async (_, headers) => {
    const before = await made()
    const { status, page } = await visit(PATH, { headers })
    expect(status).toBe(403)
    expect(page?.challenge).toBeUndefined()
    expect(await made()).toBe(before)
  })

  test('a person who opens the address or reloads the page can', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin' },
      { origin: 'https://ca.example', host: 'ca.example' },
    ]) {
      expect((await visit(PATH, { headers })).status).toBe(200)
    }
  })
})

test('by query it is bound to a subject and names, and what cannot be read or is misspelt is 422', async () => {
  const { page } = await visit(
    `${PATH}?subject=CN%3Dprinter1%2CO%3DExample&subjectAltName=DNS%3Ap.example&subjectAltName=IP:192.0.2.1`,
  )
  expect(await server.store.challenges.find(scepProfileId, new Secret(page?.challenge ?? ''))).toMatchObject({
    subject: 'CN=printer1,O=Example',
    subjectAltNames: ['DNS:p.example', 'IP:192.0.2.1'],
  })
  const before = await made()
  for (const query of [
    'subjet=CN=a',
    'subject=nonsense',
    'subject=CN=a&subject=CN=b',
    'subjectAltName=x',
    `subject=${'x'.repeat(5000)}`,
  ]) {
    const wrong = await visit(`${PATH}?${query}`)
    expect([wrong.status, wrong.page?.challenge]).toEqual([422, undefined])
  }
  expect((await visit(`${PATH}?<script>=1`)).page?.text).not.toContain('<script>')
  expect(await made()).toBe(before)
})

test('SCEP that is spoken here by mistake makes no challenge and is told where to go', async () => {
  const before = await made()
  const { status, page } = await visit('/certsrv/mscep_admin/mscep.dll?operation=GetCACaps&message=x')
  expect(status).toBe(400)
  expect(page?.text).toContain('/certsrv/mscep/mscep.dll')
  expect(await made()).toBe(before)
})

test('an unknown profile is 404, and so is whatever lies below one', async () => {
  const unknown = await visit('/certsrv/mscep_admin/nobody/')
  expect([unknown.status, unknown.page?.text]).toEqual([404, expect.stringContaining('no SCEP profile with this name')])
  expect((await visit('/certsrv/mscep_admin/default/other')).status).toBe(404)
})

test('it is served where the administration is, and nowhere else', async () => {
  const ask = async (surface: Parameters<TestApp['surface']>[0]) =>
    (await server.surface(surface).inject({ url: PATH, headers: { authorization: basic(TOKEN) } })).statusCode
  expect(await ask({ devices: true, administration: 'none' })).toBe(404)
  expect(await ask({ devices: false, administration: 'token' })).toBe(200)
})

test('NDES addresses of SCEP are taken in any case, with and without the name of the file', async () => {
  for (const path of [
    '/CertSrv/mscep/mscep.dll',
    '/certsrv/MSCEP/MSCEP.DLL/pkiclient.exe',
    '/certsrv/mscep/',
    '/certsrv/mscep',
  ]) {
    const answer = await server.app.inject(`${path}?operation=GetCACert&message=CA`)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-x509-ca-ra-cert'])
  }
})

describe('what it does not give', () => {
  test('with as many unused challenges as may be, the page says that the cache is full, until one is used up', async () => {
    const { challenges } = server.store
    const sample = (index: number) => ({
      uuid: crypto.randomUUID(),
      scepProfileId,
      challenge: new Secret(`filling ${index}`),
      uses: 1,
      expiresAt: new Date(server.clock.now.getTime() + 3_600_000),
      subject: null,
      subjectAltNames: null,
      maker: 'test',
      isPassword: false,
      origin: 'ndes-page' as const,
    })
    const filling = Array.from({ length: MOST_LIVE }, (_, index) => sample(index))
    await challenges.createAll(filling)
    const full = await visit()
    expect(full.status).toBe(200)
    expect(full.page).toMatchObject({ isFull: true, challenge: undefined })
    for (const { uuid } of (await challenges.list({ scepProfileId, state: 'live', limit: 5000 }, server.clock.now))
      .challenges) {
      await challenges.revoke({ scepProfileId, uuid }, server.clock.now)
    }
    expect((await visit()).page?.challenge).toBeDefined()
  })

  test('a static challenge is never shown: the page says what to change', async () => {
    const { configuration } = await server.context.snapshots.current()
    const uuid = configuration.scepProfiles[0]?.uuid ?? ''
    const change = { challengeKind: 'static' as const, staticChallenge: new Secret('correct horse battery staple') }
    await server.store.configuration.edit([{ edit: 'setScepProfile', uuid, change }])
    const { status, page } = await visit()
    expect(status).toBe(409)
    expect(page?.text).toContain('has challengeKind static')
    expect(page?.text).not.toContain('correct horse')
    expect(page?.challenge).toBeUndefined()
  })
})

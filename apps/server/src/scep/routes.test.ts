import { keyUsage, parseCertificate } from '@chancery/pki'
import { parseCaCertificates } from '@chancery/scep'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
beforeEach(() => {
  server.lines.length = 0
})
afterAll(() => server.close())

const PROFILE = '/api/v1/protocols/scep/default/pkiclient.exe'
const CAPABILITIES = 'AES\nDES3\nSHA-1\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nSCEPStandard\nRenewal\n'

const get = (url: string) => server.app.inject({ method: 'GET', url })

describe('GetCACaps', () => {
  test('S-3.5-01 S-3.5.2-01 S-3.5.2-02 S-3.5.2-04 S-3.5.2-14 S-3.5.2-22 lists keywords on lines that end in LF', async () => {
    const answer = await get(`${PROFILE}?operation=GetCACaps`)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/plain')
    expect(answer.body).toBe(CAPABILITIES)
  })

  test('S-3.5.2-07 S-3.5.2-09 advertises neither single DES nor MD5, nor a next CA while there is none', async () => {
    const lines = (await get(`${PROFILE}?operation=GetCACaps`)).body.split('\n')
    for (const keyword of ['DES', 'MD5', 'GetNextCACert']) expect(lines).not.toContain(keyword)
  })

  test.each(['', '&message=', '&message=0', '&message=My%20CA', '&message=%%%', '&foo=1&x', '&operation=Foo'])(
    'S-3.5.1-01 S-4.1-14 answers the same with "%s" behind it',
    async (rest) => expect((await get(`${PROFILE}?operation=GetCACaps${rest}`)).body).toBe(CAPABILITIES),
  )

  test('S-4.1-21 no cache keeps it', async () => {
    expect((await get(`${PROFILE}?operation=GetCACaps`)).headers['cache-control']).toBe('no-store')
  })

  test('S-3.5.2-06 what is switched off is not advertised, from the next request on', async () => {
    const { configuration } = await server.context.snapshots.current()
    const uuid = configuration.scepProfiles[0]?.uuid ?? ''
    const change = (profile: string) =>
      server.store.configuration.edit([
        { edit: 'setScepProfile', uuid, change: { compatibility: { profile, overrides: {} } } },
      ])
    await change('strict')
    expect((await get(`${PROFILE}?operation=GetCACaps`)).body).toBe(
      'AES\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nSCEPStandard\nRenewal\n',
    )
    await change('default')
    expect((await get(`${PROFILE}?operation=GetCACaps`)).body).toBe(CAPABILITIES)
  })
})

test.each([
  PROFILE,
  '/api/v1/protocols/scep/default',
  '/api/v1/protocols/scep/default/',
  '/api/v1/protocols/scep/default/anything/else',
  '/api/v1/protocols/scep/raProfile/default/pkiclient.exe',
  '/api/v1/protocols/scep/raProfile/default',
  '/scep',
  '/scep/',
  '/scep/pkiclient.exe',
  '/scep/default',
  '/scep/default/pkiclient.exe',
  '/scep/no-such-profile',
  '/cgi-bin/pkiclient.exe',
  '/certsrv/mscep/mscep.dll',
  '/certsrv/mscep/mscep.dll/pkiclient.exe',
])('S-4.1-10 %s is an address of the default profile', async (path) => {
  expect((await get(`${path}?operation=GetCACaps`)).body).toBe(CAPABILITIES)
})

test.each([
  ['/api/v1/protocols/scep/nobody/pkiclient.exe', 'There is no SCEP profile with this name.'],
  ['/api/v1/protocols/scep', 'There is no SCEP profile with this name.'],
  ['/api/v1/protocols/scep/raProfile/nobody', 'There is no RA profile with this name.'],
  ['/api/v1/protocols/scep/raProfile', 'There is no RA profile with this name.'],
])('%s is HTTP 404 with a sentence, in the log too', async (path, sentence) => {
  for (const operation of ['GetCACaps', 'GetCACert', 'PKIOperation&message=MAA=']) {
    server.lines.length = 0
    const answer = await get(`${path}?operation=${operation}`)
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      404,
      'text/plain',
      `${sentence}\n`,
    ])
    expect(server.lines).toMatchObject([{ msg: 'scep', outcome: 'rejected', detail: sentence }])
  }
})

describe('GetCACert', () => {
  test('S-4.2.1.2-01 S-4.2.1.2-03 is the RA certificate and then the CA, under the exact content type', async () => {
    const answer = await get(`${PROFILE}?operation=GetCACert`)
    expect(answer.headers['content-type']).toBe('application/x-x509-ca-ra-cert')
    const { configuration } = await server.context.snapshots.current()
    const certificates = parseCaCertificates(answer.rawPayload, 'application/x-x509-ca-ra-cert')
    expect(certificates.map(({ der }) => der)).toEqual([
      configuration.raCertificates[0]?.certificate,
      configuration.issuers[0]?.certificate,
    ])
  })

  test.each(['', '&message=', '&message=Device%20CA', '&message=1'])(
    'S-4.2-01 answers the same with "%s" behind it',
    async (rest) => {
      const plain = await get(`${PROFILE}?operation=GetCACert`)
      expect((await get(`${PROFILE}?operation=GetCACert${rest}`)).rawPayload).toEqual(plain.rawPayload)
    },
  )
})

/** The profile with switches turned while `work` runs. */
async function withSwitches(profile: string, overrides: object, work: () => Promise<void>): Promise<void> {
  const { configuration } = await server.context.snapshots.current()
  const uuid = configuration.scepProfiles[0]?.uuid ?? ''
  const change = (compatibility: { profile: string; overrides: Record<string, unknown> }) =>
    server.store.configuration.edit([{ edit: 'setScepProfile', uuid, change: { compatibility } }])
  await change({ profile, overrides: { ...overrides } })
  try {
    await work()
  } finally {
    await change({ profile: 'default', overrides: {} })
  }
}

test('S-4.2.1-02 the switch caCertificates=single has one bare certificate published, the one to encrypt to', async () => {
  await withSwitches('default', { caCertificates: 'single' }, async () => {
    const answer = await get(`${PROFILE}?operation=GetCACert`)
    const { configuration } = await server.context.snapshots.current()
    expect(answer.headers['content-type']).toBe('application/x-x509-ca-cert')
    expect(answer.rawPayload).toEqual(configuration.raCertificates[0]?.certificate)
  })
})

test('D-11-01 GetCACertChain is HTTP 400 as any unknown operation, and the CA certificates for old drafts', async () => {
  const url = `${PROFILE}?operation=GetCACertChain&message=ca`
  const [off, unknown] = [await get(url), await get(`${PROFILE}?operation=Foo`)]
  expect([off.statusCode, off.body]).toEqual([400, unknown.body])
  await withSwitches('default', { getCaCertChain: true }, async () => {
    const answer = await get(url)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-x509-ca-ra-cert-chain'])
    const { configuration } = await server.context.snapshots.current()
    expect(parseCaCertificates(answer.rawPayload).map(({ der }) => der)).toEqual([
      configuration.issuers[0]?.certificate,
    ])
  })
})

test('S-4.1-04 with getPkiOperation=off PKIOperation by GET is HTTP 405, and everything else as it was', async () => {
  const messages = ['MAA=', '%%%', '']
  await withSwitches('default', { getPkiOperation: false }, async () => {
    for (const message of messages) {
      const answer = await get(`${PROFILE}?operation=PKIOperation&message=${message}`)
      expect([answer.statusCode, answer.headers.allow, answer.headers['content-type']]).toEqual([
        405,
        'POST',
        'text/plain',
      ])
    }
    expect(server.lines.at(-1)).toMatchObject({ operation: 'PKIOperation', outcome: 'rejected', reason: 'get_refused' })
    expect((await get(`${PROFILE}?operation=GetCACaps`)).statusCode).toBe(200)
    const posted = await server.app.inject({ method: 'POST', url: PROFILE, payload: Buffer.from('3000', 'hex') })
    expect(posted.statusCode).toBe(400)
  })
  expect((await get(`${PROFILE}?operation=PKIOperation&message=MAA=`)).statusCode).toBe(400)
})

test('S-4.7.1-07 GetNextCACert without a next CA is HTTP 404', async () => {
  const answer = await get(`${PROFILE}?operation=GetNextCACert`)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'text/plain'])
})

describe('what is no SCEP request', () => {
  test.each(['?operation=Foo', '?operation=', '', '?x=1'])('S-4.1-12 GET with "%s" is HTTP 400', async (query) => {
    const answer = await get(`${PROFILE}${query}`)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/plain'])
    expect(answer.body).toMatch(/^.+\n$/)
    expect(answer.body).not.toMatch(/\/|Error| at /)
  })

  test('S-4.1-11 POST with another operation is HTTP 400, without any it is PKIOperation', async () => {
    const post = (query: string) => server.app.inject({ method: 'POST', url: `${PROFILE}${query}`, payload: 'x' })
    expect((await post('?operation=GetCACert')).statusCode).toBe(400)
    expect((await post('?operation=Foo')).statusCode).toBe(400)
    expect((await post('')).statusCode).toBe(400)
    expect(server.lines.map((line) => line.reason)).toEqual(['wrong_method', 'unknown_operation', 'malformed'])
  })

  test.each(['%%%', '@@@@', '', 'AAAAA', 'MII A$'])('S-4.1-08 N-05 message=%s is HTTP 400', async (message) => {
    const answer = await get(`${PROFILE}?operation=PKIOperation&message=${message.replaceAll(' ', '%20')}`)
    expect(answer.statusCode).toBe(400)
    expect(server.lines).toMatchObject([{ outcome: 'rejected', reason: 'not_base64' }])
  })

  test('S-4.1-08 no message at all is HTTP 400', async () => {
    expect((await get(`${PROFILE}?operation=PKIOperation`)).statusCode).toBe(400)
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one zero octet', Buffer.from([0])],
    ['text', Buffer.from('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n')],
    ['an empty sequence', Buffer.from('3000', 'hex')],
  ])('S-4.1-16 a body of %s is HTTP 400, with the id under which it is logged', async (_, payload) => {
    const answer = await server.app.inject({ method: 'POST', url: `${PROFILE}?operation=PKIOperation`, payload })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/plain'])
    const id = /\[([0-9a-f]{12})\]\n$/.exec(answer.body)?.[1]
    expect(server.lines).toMatchObject([{ outcome: 'rejected', status: 400, id }])
  })

  test.each([
    undefined,
    'application/octet-stream',
    'application/pkcs7-mime',
    'application/x-www-form-urlencoded',
    'application/json',
    'multipart/form-data',
    'text/plain; charset=utf-8',
    ';;;',
    'nonsense',
  ])('S-4.3-02 N-07 the content type %s does not matter', async (type) => {
    const { body } = await server.app.inject({
      method: 'POST',
      url: `${PROFILE}?operation=PKIOperation`,
      payload: Buffer.from('3003020100', 'hex'),
      headers: type === undefined ? {} : { 'content-type': type },
    })
    expect(body).toMatch(/^not a SCEP message \[/)
  })

  test('S-4.1-17 a body above one mebibyte is HTTP 413', async () => {
    const answer = await server.app.inject({ method: 'POST', url: PROFILE, payload: Buffer.alloc(1024 * 1024 + 1) })
    expect([answer.statusCode, answer.body]).toEqual([413, 'message too large\n'])
    expect(server.lines).toMatchObject([{ outcome: 'rejected', reason: 'too_large' }])
  })

  test.each(['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('S-4.1-15 %s is HTTP 405', async (method) => {
    const answer = await server.app.inject({ method, url: `${PROFILE}?operation=GetCACaps` })
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, POST'])
  })
})

describe('the log', () => {
  test('has one line a request', async () => {
    await server.app.inject({
      method: 'GET',
      url: `${PROFILE}?operation=GetCACaps`,
      headers: { 'user-agent': 'strongSwan/5.9' },
      remoteAddress: '192.0.2.7',
    })
    expect(server.lines).toHaveLength(1)
    expect(server.lines[0]).toMatchObject({
      level: 30,
      msg: 'scep',
      operation: 'GetCACaps',
      outcome: 'served',
      profile: 'default',
      endpoint: 'scepProfile/default',
      status: 200,
      milliseconds: expect.any(Number),
      peer: '192.0.2.7',
      userAgent: 'strongSwan/5.9',
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
    })
  })

  test('S-7-17 what a device says of itself is cut and escaped', async () => {
    const headers = { 'user-agent': `a\u0085\u009b31m${'x'.repeat(500)}` }
    await server.app.inject({ method: 'GET', url: `${PROFILE}?operation=GetCACaps`, headers })
    const userAgent = String(server.lines[0]?.userAgent)
    expect(userAgent.startsWith('a\\u0085\\u009b31mxxx')).toBe(true)
    expect(userAgent.length).toBeLessThan(220)
  })
})

test('once the RA certificate has ended its endpoint says so', async () => {
  const today = server.clock.now
  server.clock.now = new Date(today.getTime() + 366 * 86_400_000)
  const answer = await get(`${PROFILE}?operation=GetCACert`)
  server.clock.now = today
  expect([answer.statusCode, answer.body]).toEqual([403, 'The CA certificate of SCEP profile "default" has expired.\n'])
})

test('S-2.1.2-01 the certificate that messages are encrypted to can sign and decrypt', async () => {
  const { configuration } = await server.context.snapshots.current()
  const certificate = parseCertificate(configuration.raCertificates[0]?.certificate as Buffer)
  expect(certificate.publicKey).toMatchObject({ type: 'rsa', modulusBits: 2048 })
  expect(keyUsage(certificate)).toEqual(['digitalSignature', 'keyEncipherment'])
})

import { describe, expect, test } from 'vitest'
import { question } from '../../sample-question.ts'
import { intuneRevocations } from './revocations.ts'
import {
  type Answer,
  listed,
  PKI_URI,
  SCEP_URI,
  SERVICE_LIST,
  scriptedMicrosoft,
  settings,
} from './scripted-microsoft.ts'
import { validateRequest } from './validate.ts'

const MINUTE = 60_000
const PATH = '/ScepActions/validateRequest'
const SCEP = 'ScepRequestValidationFEService'

function setUp(...scripted: Parameters<typeof scriptedMicrosoft>) {
  const microsoft = scriptedMicrosoft(...scripted)
  const { connections, at } = microsoft
  const ask = () => validateRequest(connections.to(settings()), question())
  return { ...microsoft, ask, urls: () => at('validate').map(({ url }) => url) }
}

const list = (...value: unknown[]): Answer => ({ body: { value } })

describe('services are looked up', () => {
  test('as everybody does it: the "=" is not encoded', async () => {
    const { ask, at } = setUp()
    await ask()
    expect(at('discovery')[0]).toMatchObject({
      method: 'GET',
      url: 'https://graph.microsoft.com/v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints',
      headers: { authorization: 'Bearer token', accept: 'application/json', 'client-request-id': expect.any(String) },
      longest: 4 << 20,
    })
  })

  test.each([
    ['in another case', list(listed('SCEPRequestVALIDATIONfeservice', SCEP_URI))],
    ['under the older name of the name', list({ serviceName: SCEP, uri: SCEP_URI })],
    ['with slashes at its end', list(listed(SCEP, `${SCEP_URI}//`))],
    ['twice: the first counts', list(listed(SCEP, SCEP_URI), listed(SCEP, 'https://second.example/'))],
    ['after one without an address', list(listed(SCEP, undefined), listed(SCEP, SCEP_URI))],
    ['after one without TLS', list(listed(SCEP, 'http://fef.example/'), listed(SCEP, SCEP_URI))],
    ['after one on this machine, without TLS', list(listed(SCEP, 'http://127.0.0.1/'), listed(SCEP, SCEP_URI))],
    ['after one with a password', list(listed(SCEP, 'https://a:b@fef.example/'), listed(SCEP, SCEP_URI))],
    ['among entries that are none', list(null, 1, 'x', {}, { providerName: 1, uri: 2 }, listed(SCEP, SCEP_URI))],
  ])('I-7.9-10 I-8-14 and found %s', async (_how, answer) => {
    const { ask, script, urls } = setUp()
    script('discovery', answer)
    await ask()
    expect(urls()).toEqual([`${SCEP_URI}${PATH}`])
  })

  test('I-7.9-10 on the next page, of the same Graph only', async () => {
    const { ask, script, urls, at } = setUp()
    const next = 'https://graph.microsoft.com/v1.0/servicePrincipals/x?$skiptoken=1'
    script('discovery', { body: { value: [], '@odata.nextLink': next } }, list(listed(SCEP, SCEP_URI)))
    await ask()
    expect(urls()).toEqual([`${SCEP_URI}${PATH}`])
    expect(at('discovery')[1]?.url).toBe(next)
    const elsewhere = setUp()
    elsewhere.script('discovery', {
      body: { value: [], '@odata.nextLink': 'https://graph.example/servicePrincipals/' },
    })
    await expect(elsewhere.ask()).rejects.toThrow(/another server/)
    expect(elsewhere.at('discovery')).toHaveLength(1)
  })

  test('I-7.9-10 pages without end come to an end', async () => {
    const { ask, script, at } = setUp()
    const page = { body: { value: [], '@odata.nextLink': 'https://graph.microsoft.com/servicePrincipals/again' } }
    script('discovery', ...Array.from({ length: 50 }, () => page))
    await expect(ask()).rejects.toThrow(/more than 10 pages/)
    expect(at('discovery')).toHaveLength(10)
  })

  const FAULTS: readonly (readonly [string, Answer, RegExp, number])[] = [
    [
      'HTTP 403',
      { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } },
      /Application\.Read\.All/,
      2,
    ],
    ['HTTP 404', { status: 404, body: { error: { code: 'Request_ResourceNotFound' } } }, /not in this tenant/, 1],
    ['HTTP 500', { status: 500 }, /fault of its own/, 3],
    ['HTTP 400', { status: 400 }, /not its own/, 1],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example' } }, /redirect/, 1],
    ['no JSON', { body: '<html>' }, /no list of services/, 1],
    ['no list', { body: { value: {} } }, /no list of services/, 1],
    ['no such service', list(listed('Other', 'https://fef.example')), /lists no ScepRequestValidationFEService/, 1],
  ]
  test.each(FAULTS)(
    'I-7.9-10 %s is said in words, and the request is not accepted',
    async (_what, answer, sentence, times) => {
      const { ask, script, at } = setUp()
      script('discovery', answer, answer, answer)
      await expect(ask()).rejects.toThrow(sentence)
      expect(at('discovery')).toHaveLength(times)
      expect(at('validate')).toEqual([])
    },
  )

  test('for an hour; where one is missing, for a minute', async () => {
    const { ask, script, at, pass } = setUp()
    script('discovery', list(listed('Other', 'https://fef.example')))
    await expect(ask()).rejects.toThrow(/lists no/)
    pass(MINUTE - 1)
    await expect(ask()).rejects.toThrow(/lists no/)
    expect(at('discovery')).toHaveLength(1)
    pass(1)
    await ask()
    pass(60 * MINUTE - 1)
    await ask()
    expect(at('discovery')).toHaveLength(2)
    pass(1)
    await ask()
    expect(at('discovery')).toHaveLength(3)
  })

  test('and an older list is used for a day while Graph does not answer, which is asked once a minute then', async () => {
    const { ask, script, at, pass } = setUp()
    const down = Array.from({ length: 3 }, () => ({ status: 503 }))
    await ask()
    pass(24 * 60 * MINUTE - 1)
    script('discovery', ...down)
    expect(await ask()).toBe('Success')
    expect(await ask()).toBe('Success')
    expect(at('discovery')).toHaveLength(4)
    pass(MINUTE)
    script('discovery', ...down)
    await expect(ask()).rejects.toThrow(/too busy/)
  })
})

describe('a service that has moved', () => {
  const NEW = 'https://fef.msua08.manage.microsoft.com/RACerts/Scep'
  const MOVED = list(listed(SCEP, NEW), listed('PkiConnectorFEService', PKI_URI))
  const gone: Answer[] = [404, 410, 421].map((status) => ({ status }))

  test.each([...gone, { status: 500 }, new Error('getaddrinfo ENOTFOUND')])(
    'I-7.9-10 is looked up again once, and asked at its new address at once: %j',
    async (fault) => {
      const { ask, script, urls, pauses } = setUp()
      await ask()
      script('validate', fault)
      script('discovery', MOVED)
      expect(await ask()).toBe('Success')
      expect(urls()).toEqual([SCEP_URI, SCEP_URI, NEW].map((uri) => `${uri}${PATH}`))
      expect(pauses).toEqual([])
    },
  )

  test('for many at once is looked up by one', async () => {
    const { ask, script, at } = setUp()
    await ask()
    script('validate', ...Array.from({ length: 20 }, () => ({ status: 410 })))
    script('discovery', MOVED)
    await Promise.all(Array.from({ length: 20 }, ask))
    expect(at('discovery')).toHaveLength(2)
  })

  test.each(gone)('is not asked again where it was said to be: %j', async (fault) => {
    const { ask, script, urls } = setUp()
    await ask()
    script('validate', fault)
    await expect(ask()).rejects.toThrow(/Intune has moved/)
    expect(urls()).toHaveLength(2)
  })

  test('is not suspected with every fault: Graph is asked once a minute', async () => {
    const { ask, script, at, pass } = setUp()
    for (let round = 0; round < 5; round++) {
      script('validate', { status: 500 })
      await ask()
    }
    expect(at('discovery')).toHaveLength(2)
    pass(MINUTE)
    script('validate', { status: 500 })
    await ask()
    expect(at('discovery')).toHaveLength(3)
    script('validate', { status: 410 })
    script('discovery', MOVED)
    await ask()
    expect(at('discovery')).toHaveLength(4)
  })
})

describe('a call that fails', () => {
  test.each([408, 429, 500, 502, 503, 504])('is made twice more under the same identifier: HTTP %i', async (status) => {
    const { ask, script, at, pauses } = setUp()
    script('validate', { status }, { status })
    expect(await ask()).toBe('Success')
    expect(pauses).toEqual([500, 1000])
    expect(new Set(at('validate').map(({ headers }) => headers['client-request-id'])).size).toBe(1)
    script('validate', { status }, { status }, { status })
    await expect(ask()).rejects.toThrow(`HTTP ${status}`)
    expect(at('validate')).toHaveLength(6)
  })

  test('is made again after a broken connection, a little later for each of many', async () => {
    const { ask, script, pauses, contacts } = setUp({ random: () => 0.5 })
    const broken = new Error('socket hang up')
    script('validate', broken, broken)
    expect(await ask()).toBe('Success')
    expect(pauses).toEqual([625, 1250])
    script('validate', broken, broken, broken)
    await expect(ask()).rejects.toThrow('Intune does not answer at fef.msuc02.manage.microsoft.com: socket hang up.')
    expect(contacts.at(-1)).toMatchObject({ call: 'validate', outcome: 'failed' })
  })

  test.each([400, 405, 413, 501])('is not made again where that cannot help: HTTP %i', async (status) => {
    const { ask, script, at } = setUp()
    script('validate', { status })
    await expect(ask()).rejects.toThrow(`HTTP ${status}`)
    expect(at('validate')).toHaveLength(1)
  })

  test('is said with the identifier under which Microsoft finds it', async () => {
    const { ask, script } = setUp()
    const id = '3d4c0000-0000-4000-8000-000000000003'
    const message = `{"Message": "An internal server error has occurred - Activity ID: ${id} - Url: x"}`
    script('validate', { status: 400, body: { error: { message, innerError: {} } } })
    await expect(ask()).rejects.toThrow(`request ID ${id}`)
    script('validate', { status: 400, body: { error: { message: '', innerError: { 'request-id': id } } } })
    await expect(ask()).rejects.toThrow(`request ID ${id}`)
  })
})

describe('nothing takes longer than it may', () => {
  const never = () => new Promise<never>(() => undefined)
  const limits = {
    exchangeMilliseconds: 20,
    enrolmentMilliseconds: 1000,
    jobMilliseconds: 1000,
    longestPauseMilliseconds: 1000,
  }

  test('I-7.9-03 an exchange that hangs is given up, and tried as often as others', async () => {
    const asked: string[] = []
    const { ask } = setUp({
      limits,
      send: ({ url }) => {
        asked.push(url)
        return never()
      },
    })
    await expect(ask()).rejects.toThrow(
      'The sign-in service does not answer at login.microsoftonline.com: no complete answer in time.',
    )
    expect(asked).toHaveLength(2)
  })

  test('I-7.9-03 the time for all of it is over even while one waits for what others asked for', async () => {
    const { connections, contacts, at } = setUp({
      limits: { ...limits, exchangeMilliseconds: 60_000, enrolmentMilliseconds: 60_000, jobMilliseconds: 20 },
      send: never,
    })
    const { collect } = intuneRevocations({ ...settings(), connections, issuerNames: [] })
    await expect(collect()).rejects.toMatchObject({ code: 'ERR_INTUNE_UNREACHABLE' })
    expect(contacts.map(({ call, outcome }) => [call, outcome])).toEqual([['download', 'failed']])
    expect(at('download')).toEqual([])
  })
})

test('every call is told of, without secrets: token, list, answer', async () => {
  const { ask, script, contacts, connections } = setUp()
  await ask()
  script('validate', { body: { code: 'ChallengeExpired' } })
  await ask()
  const { voucher } = connections.to(settings()).identity
  const at = new Date('2026-03-01T10:00:00Z')
  const clientRequestId = expect.stringMatching(/^[0-9a-f-]{36}$/)
  const ok = { voucher, at, outcome: 'ok', detail: null, clientRequestId }
  const detail = 'ChallengeExpired (the challenge is older than its 60 minutes)'
  expect(contacts).toEqual([
    { ...ok, call: 'token', clientRequestId: null },
    { ...ok, call: 'discovery' },
    { ...ok, call: 'token', clientRequestId: null },
    { ...ok, call: 'validate' },
    { ...ok, call: 'validate', outcome: 'refused', detail },
  ])
})

test('what is on the list stays there while another service is missing', async () => {
  const { ask, script } = setUp()
  script('discovery', { body: { value: SERVICE_LIST.value.slice(0, 2) } })
  expect(await ask()).toBe('Success')
})

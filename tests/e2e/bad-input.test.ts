import { randomBytes, randomInt } from 'node:crypto'
import { DEFAULT_LIMITS, der } from '@chancery/pki'
import { type EnrolmentMessage, openRequest, resolveCompatibility, ScepError } from '@chancery/scep'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import {
  type Device,
  type Enrolment,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  sealEnrolment,
} from '../device.ts'
import { rawRequest, request } from '../raw-http.ts'
import { startServer, type TestServer } from '../server.ts'
import { expectRefused, expectRefusedInText, pkiStatus } from './refusal.ts'

const PKI_OPERATION = `${PROFILE_PATH}?operation=PKIOperation`
const MEGABYTE = 1 << 20

let server: TestServer
let ca: PublishedCa
let device: Device
let challenge: string
let enrolment: Enrolment

beforeAll(async () => {
  server = await startServer()
  ca = await fetchCa(server.url)
  device = await newDevice()
  challenge = await createChallenge(server, { uses: 100 })
  enrolment = await seal('CN=bad-input')
})
afterEach(async () => {
  const answer = await fetch(`${server.url}/healthz`)
  expect(answer.status, 'the server is alive').toBe(200)
})
afterAll(() => server.stop())

const seal = (subject: string) => sealEnrolment(device, ca, { subject, challenge })

const post = (body: Buffer, headers: readonly string[] = []) =>
  rawRequest(
    server.url,
    request('POST', PKI_OPERATION, ['Host: chancery', 'Connection: close', ...headers], body, '1.1'),
  )
const get = (target: string) => rawRequest(server.url, request('GET', target, []))

describe('a message', () => {
  const policy = resolveCompatibility('default')
  const keys = () => [
    { id: 'test', certificate: device.certificate, signing: device.key, decryption: device.decryption },
  ]
  /** Encrypted to a key of this process, so that it can be opened here, a thousand times. */
  const ours = () => sealEnrolment(device, { certificates: [], recipient: device.certificate }, { challenge: 'x' })

  test('truncated at any octet is a ScepError, never anything else', async () => {
    const { message } = await ours()
    for (let length = 0; length < message.length; length++)
      await expect(openRequest(message.subarray(0, length), keys(), policy, new Date())).rejects.toBeInstanceOf(
        ScepError,
      )
  })

  test('with any bit flipped is a ScepError, or opens as what was signed', async () => {
    const { message } = await ours()
    const original = (await openRequest(message, keys(), policy, new Date())) as EnrolmentMessage
    for (let at = 0; at < message.length; at++) {
      const spoilt = Buffer.from(message)
      spoilt[at] = (spoilt[at] as number) ^ (1 << randomInt(8))
      const outcome = await openRequest(spoilt, keys(), policy, new Date()).catch((error: unknown) => error)
      if (outcome instanceof ScepError) continue
      expect(outcome, `octet ${at}`).toMatchObject({ transactionId: original.transactionId, messageType: 'PKCSReq' })
      expect((outcome as typeof original).csr.der).toEqual(original.csr.der)
    }
  })

  test('S-4.1-16 truncated is refused over HTTP', async () => {
    const { message } = enrolment
    for (let length = 1; length < message.length; length += 97) expectRefused(await post(message.subarray(0, length)))
    expectRefused(await post(message.subarray(0, -1)))
  })

  test('S-4.1-16 with flipped bits is refused over HTTP', async () => {
    const { message } = enrolment
    for (let round = 0; round < 60; round++) {
      const spoilt = Buffer.from(message)
      const at = randomInt(message.length)
      spoilt[at] = (spoilt[at] as number) ^ (1 << randomInt(8))
      const answer = await post(spoilt)
      // Some octets are not covered by any signature; then it is the request that it was.
      if (!answer.body.includes(pkiStatus('0'))) expectRefused(answer)
    }
  })

  test('S-4.1-16 of random octets is refused', async () => {
    for (const length of [1, 2, 3, 100, 5_000, 100_000]) expectRefusedInText(await post(randomBytes(length)))
  })
})

describe('a body', () => {
  const repeated = (hex: string, times: number) => Buffer.from(hex.repeat(times), 'hex')

  test.each([
    ['nested 100,000 deep, lengths indefinite', () => repeated('3080', 100_000)],
    [
      'nested deep, lengths given',
      () => Array.from({ length: 2_000 }).reduce<Buffer>((inner) => der.sequence(inner), der.nullValue()),
    ],
    ['of constructed strings in each other', () => repeated('2480', 200_000)],
    ['with a length of 2^31', () => Buffer.from('308480000000', 'hex')],
    ['with a length of 2^63', () => Buffer.from('30887fffffffffffffff', 'hex')],
    ['with a length of 126 octets', () => Buffer.concat([Buffer.from('30fe', 'hex'), Buffer.alloc(126, 0xff)])],
    ['with an OBJECT IDENTIFIER of 200 kB', () => der.sequence(der.encode(0x06, Buffer.alloc(200_000, 0xff)))],
    [
      'with an OBJECT IDENTIFIER of 200 kB where the type stands',
      () => contentInfo(der.encode(0x06, Buffer.concat([Buffer.alloc(199_999, 0x81), Buffer.from([1])]))),
    ],
    ['with 400,000 empty elements', () => der.sequence(repeated('0500', 400_000))],
    [
      'with 300,000 empty sets where certificates stand',
      () => contentInfo(der.oid('1.2.840.113549.1.7.2'), der.sequence(der.integer(1), repeated('3100', 300_000))),
    ],
    ['of HTML', () => Buffer.from('<!DOCTYPE html><html><body>Login</body></html>')],
    ['of JSON', () => Buffer.from('{"operation":"PKIOperation"}')],
    ['of a form', () => Buffer.from('operation=PKIOperation&message=MIIB')],
    ['of blanks', () => Buffer.alloc(1_000, 0x20)],
    ['of PEM that is no message', () => Buffer.from('-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n')],
    ['with only an envelope', () => contentInfo(der.oid('1.2.840.113549.1.7.3'), der.sequence(der.integer(0)))],
    ['with only certificates', () => certsOnly()],
    ['with 200,000 octets of base64', () => Buffer.from(randomBytes(150_000).toString('base64'))],
  ])('S-4.1-16 %s is refused with HTTP 400', async (_, body) => {
    expectRefusedInText(await post((body as () => Buffer)()), [400])
  })

  test('S-4.1-16 that is empty is refused with HTTP 400', async () => {
    expectRefusedInText(await post(Buffer.alloc(0)))
    expectRefusedInText(
      await rawRequest(
        server.url,
        request('POST', PKI_OPERATION, ['Host: chancery', 'Connection: close'], undefined, '1.1'),
      ),
      [400, 411],
    )
  })

  test('S-4.1-17 of a megabyte and one octet is refused with HTTP 413, and so is one of ten', async () => {
    expectRefusedInText(await post(Buffer.alloc(MEGABYTE + 1, 0x30)), [413])
    expectRefusedInText(await post(Buffer.alloc(10 * MEGABYTE, 0x30)), [413])
  })

  test('S-4.1-17 of ten megabytes in chunks of unknown number is refused with HTTP 413', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 0x30), Buffer.from('\r\n')])
    const head = request('POST', PKI_OPERATION, ['Host: chancery', 'Transfer-Encoding: chunked'], undefined, '1.1')
    const bytes = Buffer.concat([head, ...Array.from({ length: 160 }, () => chunk), Buffer.from('0\r\n\r\n')])
    expectRefusedInText(await rawRequest(server.url, bytes), [413])
  })

  test('S-4.1-17 of just a megabyte is read, and judged as what it is', async () => {
    expect(DEFAULT_LIMITS.bytes).toBe(MEGABYTE)
    expectRefusedInText(await post(Buffer.alloc(MEGABYTE, 0x30)))
  })

  function contentInfo(type: Buffer, content: Buffer = der.nullValue()): Buffer {
    return der.sequence(type, der.explicit(0, content))
  }

  function certsOnly(): Buffer {
    const data = der.sequence(der.oid('1.2.840.113549.1.7.1'))
    const content = der.sequence(
      der.integer(1),
      der.set(),
      data,
      der.implicit(0, der.set(device.certificate.der)),
      der.set(),
    )
    return contentInfo(der.oid('1.2.840.113549.1.7.2'), content)
  }
})

describe('an operation', () => {
  test.each(['?operation=Foo', '?operation=', '', '?', '?operation=GetCACert%00', '?operation=PKIOperation'])(
    'S-4.1-12 S-4.1-08 by GET with the query "%s" is refused with HTTP 400',
    async (query) => expectRefusedInText(await get(`${PROFILE_PATH}${query}`)),
  )

  test.each(['%%%', '@@@@', '%', 'MII', '<html>', '%00', 'ä'.repeat(3)])(
    'S-4.1-08 with message=%s is refused with HTTP 400',
    async (message) => {
      expectRefusedInText(await get(`${PKI_OPERATION}&message=${Buffer.from(message).toString('latin1')}`))
    },
  )

  test('S-4.1-11 by POST that is not PKIOperation is refused', async () => {
    const target = `${PROFILE_PATH}?operation=GetCACert`
    expectRefusedInText(await rawRequest(server.url, request('POST', target, [], Buffer.from('x'))), [400, 405])
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'S-4.1-15 by %s is refused with HTTP 405 that names what is allowed',
    async (method) => {
      const answer = await rawRequest(server.url, request(method, PKI_OPERATION, []))
      expectRefusedInText(answer, [405])
      expect(answer.headers.get('allow')).toMatch(/^GET, (HEAD, )?POST$/)
    },
  )

  test('at an endpoint that is not there is refused with HTTP 404', async () => {
    expectRefusedInText(await get('/api/v1/protocols/scep/nobody/pkiclient.exe?operation=GetCACaps'), [404])
    expectRefusedInText(await get('/api/v1/protocols/scep/raProfile/nobody/pkiclient.exe?operation=GetCACaps'), [404])
  })
})

test('after all this nothing was logged as a fault of ours', () => {
  const faults = server
    .log()
    .split('\n')
    .filter((line) => /"level":(?:50|60)|"level":"(?:error|fatal)"/.test(line))
  expect(faults).toEqual([])
})

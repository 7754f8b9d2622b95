import { randomBytes } from 'node:crypto'
import {
  buildOcspRequest,
  type CertId,
  type Certificate,
  type DigestName,
  issuerHashes,
  keyHash,
  ocspNonce,
  parseCertificate,
  parseOcspResponse,
  type SingleResponse,
  verifyBasicOcspResponse,
  verifyCertificate,
} from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let server: TestApp
let ca: Certificate
/** The RA certificate of the first start: any certificate of the inventory will do. */
let serial: Buffer
beforeAll(async () => {
  server = await testApp()
  const { configuration } = await server.context.snapshots.current()
  ca = parseCertificate(configuration.issuers[0]?.certificate as Buffer)
  serial = parseCertificate(configuration.raCertificates[0]?.certificate as Buffer).serialNumber
})
afterAll(() => server.close())

const certId = (serialNumber: Buffer, digest: DigestName = 'sha1', withNull = true) => ({
  ...issuerHashes(ca, digest),
  digest,
  withNull,
  serialNumber,
})
const question = (serialNumber = serial, digest: DigestName = 'sha1') =>
  buildOcspRequest({ certIds: [certId(serialNumber, digest)] })

async function post(payload: Buffer, type = 'application/ocsp-request') {
  return server.app.inject({ method: 'POST', url: '/ocsp/default', payload, headers: { 'content-type': type } })
}

const get = (path: string, headers: Record<string, string> = {}) =>
  server.app.inject({ method: 'GET', url: `/ocsp/default/${path}`, headers })

/** The answer, verified as a client does. */
function read(payload: Buffer) {
  const response = parseOcspResponse(payload)
  if (response.status !== 'successful') throw new Error(response.status)
  const [signer] = response.basic.certificates
  if (signer === undefined) throw new Error('no signer')
  expect(verifyCertificate(signer, ca.publicKey)).toBe(true)
  expect(verifyBasicOcspResponse(response.basic, signer.publicKey)).toBe(true)
  expect(response.basic.responder).toEqual({ keyHash: keyHash(signer.publicKey) })
  const [single] = response.basic.responses
  return { ...response.basic, signer, single: single as SingleResponse }
}

async function statusOf(payload: Buffer): Promise<string> {
  const answer = await post(payload)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/ocsp-response')
  const response = parseOcspResponse(answer.rawPayload)
  return response.status === 'successful' ? (response.basic.responses[0]?.certStatus.status ?? '') : response.status
}

test.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
  'it is good, with hashes of %s, signed by key',
  async (digest) => {
    const { single, producedAt, signer } = read((await post(question(serial, digest))).rawPayload)
    expect(single.certStatus).toEqual({ status: 'good' })
    expect(single.certId).toEqual(certId(serial, digest))
    expect(single.thisUpdate).toEqual(producedAt)
    expect((single.nextUpdate as Date).getTime() - single.thisUpdate.getTime()).toBe(12 * HOUR)
    expect(signer.notAfter.getTime() - server.clock.now.getTime()).toBeLessThanOrEqual(30 * DAY)
  },
)

test('the CertID of the answer is the one of the question, with and without NULL', async () => {
  for (const withNull of [true, false]) {
    const asked = certId(serial, 'sha256', withNull)
    expect(read((await post(buildOcspRequest({ certIds: [asked] }))).rawPayload).single.certId).toEqual(asked)
  }
})

test('an answer is signed once, and comes from the memo until half of its time is over', async () => {
  const first = await post(question())
  const again = await post(question())
  expect(again.rawPayload.equals(first.rawPayload)).toBe(true)
  const start = server.clock.now
  server.clock.now = new Date(start.getTime() + 6 * HOUR + 1000)
  expect((await post(question())).rawPayload.equals(first.rawPayload)).toBe(false)
  server.clock.now = start
})

test('an answer of a clock that was ahead is not used once the clock is right', async () => {
  const start = server.clock.now
  server.clock.now = new Date(start.getTime() + DAY)
  await post(question())
  server.clock.now = start
  expect(read((await post(question())).rawPayload).single.thisUpdate.getTime()).toBeLessThanOrEqual(start.getTime())
})

test('GET is answered alike, however its base64 is written, with headers for caches', async () => {
  // Serial and hashes with every character that is escaped somewhere.
  const base64 = question().toString('base64')
  const fromPost = (await post(question())).rawPayload
  for (const path of [encodeURIComponent(base64), base64, base64.replace(/=+$/, ''), base64.replaceAll('+', '%2b')]) {
    const answer = await get(path)
    expect(answer.rawPayload.equals(fromPost), path).toBe(true)
    const { nextUpdate, thisUpdate } = read(answer.rawPayload).single
    expect(answer.headers).toMatchObject({
      'content-type': 'application/ocsp-response',
      'last-modified': thisUpdate.toUTCString(),
      expires: (nextUpdate as Date).toUTCString(),
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    })
    const [, seconds] =
      /^max-age=(\d+), public, no-transform, must-revalidate$/.exec(String(answer.headers['cache-control'])) ?? []
    expect(Number(seconds)).toBe(Math.floor(((nextUpdate as Date).getTime() - server.clock.now.getTime()) / 1000))
    const known = await get(path, { 'if-none-match': String(answer.headers.etag) })
    expect([known.statusCode, known.rawPayload.length]).toEqual([304, 0])
  }
})

test('a nonce is repeated, and neither kept nor given to caches', async () => {
  const nonce = randomBytes(32)
  const request = buildOcspRequest({ certIds: [certId(serial)], nonce })
  for (const answer of [await post(request), await get(encodeURIComponent(request.toString('base64')))]) {
    expect(ocspNonce(read(answer.rawPayload))).toEqual(nonce)
    expect(answer.headers['cache-control']).toBe('no-store')
  }
  expect(ocspNonce(read((await post(question())).rawPayload))).toBeUndefined()
})

test('beyond the budget of signatures a nonce is left out, and the answer is that of the memo', async () => {
  const kept = (await post(question())).rawPayload
  const nonces: (Buffer | undefined)[] = []
  for (let index = 0; index < 210; index++) {
    const answer = await post(buildOcspRequest({ certIds: [certId(serial)], nonce: randomBytes(16) }))
    const nonce = ocspNonce(read(answer.rawPayload))
    if (nonce === undefined) expect(answer.rawPayload.equals(kept)).toBe(true)
    nonces.push(nonce)
  }
  expect(nonces.filter((nonce) => nonce === undefined).length).toBeGreaterThanOrEqual(10)
  const several = buildOcspRequest({ certIds: [certId(serial), certId(serial, 'sha256')] })
  expect(await statusOf(several)).toBe('tryLater')
  server.clock.now = new Date(server.clock.now.getTime() + 2000)
  expect(await statusOf(several)).toBe('good')
})

test('several certificates are answered in one message, all of them or none', async () => {
  const both = [certId(serial), certId(serial, 'sha256')]
  const { responses } = read((await post(buildOcspRequest({ certIds: both }))).rawPayload)
  expect(responses.map(({ certId: one }) => one)).toEqual(both)
  expect(await statusOf(buildOcspRequest({ certIds: [...both, certId(Buffer.from([1]))] }))).toBe('unauthorized')
  const many = Array.from({ length: 17 }, () => certId(serial))
  expect(await statusOf(buildOcspRequest({ certIds: many }))).toBe('malformedRequest')
})

test('of what is not ours nothing is said, and nothing is signed', async () => {
  const [{ issuerKeyHash }, other] = [certId(serial), randomBytes(20)]
  const asked: readonly (CertId & { digest: DigestName })[] = [
    certId(Buffer.from([5])),
    certId(Buffer.concat([Buffer.from([0x80]), serial])),
    certId(Buffer.alloc(60, 7)),
    { ...certId(serial), issuerNameHash: other },
    { ...certId(serial), issuerKeyHash: other },
    { ...certId(serial), issuerNameHash: issuerKeyHash },
    { ...certId(serial), digest: 'md5' },
    { ...certId(serial), digest: 'sha256' },
  ]
  for (const one of asked) expect(await statusOf(buildOcspRequest({ certIds: [one] }))).toBe('unauthorized')
  const nobody = await server.app.inject({
    method: 'POST',
    url: '/ocsp/nobody',
    payload: question(),
    headers: { 'content-type': 'application/ocsp-request' },
  })
  expect(nobody.rawPayload.toString('hex')).toBe('30030a0106')
})

test('a serial number with a zero octet too many is the same number', async () => {
  expect(await statusOf(question(Buffer.concat([Buffer.from([0]), serial])))).toBe('good')
})

test('what is no OCSP request is malformed', async () => {
  const nonce = (length: number) => buildOcspRequest({ certIds: [certId(serial)], nonce: Buffer.alloc(length, 1) })
  const whole = question()
  const bad = [Buffer.alloc(0), Buffer.from('x'), whole.subarray(1), Buffer.concat([whole, whole]), nonce(0), nonce(33)]
  for (const one of [...bad, randomBytes(300), ca.der, buildOcspRequest({ certIds: [] })]) {
    expect(await statusOf(one)).toBe('malformedRequest')
  }
  for (const path of ['x', '%', '%zz', '*', `${'A'.repeat(40_000)}`, `${'A'.repeat(100_000)}`]) {
    const answer = await get(path)
    if (answer.statusCode === 200) expect(answer.rawPayload.toString('hex')).toBe('30030a0101')
    else expect(answer.statusCode).toBe(400)
  }
})

test('another method, type or length is refused in one line', async () => {
  const { app } = server
  for (const [method, url] of [
    ['GET', '/ocsp/default'],
    ['PUT', '/ocsp/default'],
    ['DELETE', '/ocsp/default/AAAA'],
    ['POST', '/ocsp/default/AAAA'],
  ] as const) {
    const answer = await app.inject({ method, url })
    expect([answer.statusCode, answer.headers.allow], `${method} ${url}`).toEqual([405, 'GET, POST'])
  }
  expect((await post(question(), 'application/json')).statusCode).toBe(415)
  expect((await post(question(), 'not a type')).statusCode).toBe(415)
  expect((await post(Buffer.alloc(20_000))).statusCode).toBe(413)
})

test('a revocation counts in the next answer', async () => {
  expect(await statusOf(question())).toBe('good')
  const [record] = await server.store.revocations.find({ serial: serial.toString('hex'), issuerId: 1 })
  if (record === undefined) throw new Error('no certificate')
  const at = new Date(server.clock.now.getTime() - 60_000)
  await server.store.revocations.revoke(record, { at, reason: 'superseded' })
  for (const answer of [await post(question()), await get(question().toString('base64'))]) {
    expect(read(answer.rawPayload).single.certStatus).toEqual({
      status: 'revoked',
      at: new Date(Math.floor(at.getTime() / 1000) * 1000),
      reason: 4,
    })
  }
})

test('the metrics tell what was answered, and from where', async () => {
  const { body } = await server.context.metrics.text()
  for (const labels of [
    'answer="good",from="memo"',
    'answer="revoked",from="signature"',
    'answer="unauthorized",from="none"',
  ])
    expect(body).toMatch(new RegExp(`^chancery_ocsp_answers_total\\{${labels}\\} [1-9]`, 'm'))
  expect(body).toMatch(/^chancery_ocsp_nonces_total\{outcome="left_out"\} [1-9]/m)
})

test('nothing was logged as a fault', () => {
  expect(server.lines.filter(({ level }) => Number(level) >= 40)).toEqual([])
})

import { generateKeyPairSync } from 'node:crypto'
import {
  buildCertificationRequest,
  certsOnly,
  der,
  nameFromText,
  parseCertificationRequest,
  publicKeyInfoOf,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { decodeGetMessage } from '../decode-get-message.ts'
import { sealReply } from '../reply/seal-reply.ts'
import type { ScepRequest } from '../request/scep-request.ts'
import { CA, CSR, certificateOf, DEFAULT, DEVICE, NOW, open, RA, RA_KEY } from '../testing/exchange.ts'
import { commonName, rawCertificate } from '../testing/raw-certificate.ts'
import { openRawEnvelope, readReply, scepAttribute } from '../testing/read-reply.ts'
import { ISSUED, reply } from '../testing/reply.ts'
import { type Enrolment, ScepClient } from './scep-client.ts'
import type { Fetch } from './transport.ts'

interface Seen {
  readonly method: string
  readonly url: URL
  readonly body: Buffer
  readonly headers: Headers
}

function client(answer: (seen: Seen) => Response | Promise<Response>, options = {}) {
  const requests: Seen[] = []
  const fetch: Fetch = async (url, init) => {
    const body = Buffer.from((init.body as Uint8Array | undefined) ?? [])
    const seen = { method: init.method ?? 'GET', url: new URL(url), body, headers: new Headers(init.headers) }
    requests.push(seen)
    init.signal?.throwIfAborted()
    return answer(seen)
  }
  return { requests, client: new ScepClient({ url: 'http://ca.example', fetch, ...options }) }
}

const ENROLMENT: Enrolment = {
  csr: CSR,
  csrKey: publicKeyInfoOf(DEVICE.privateKey),
  signer: {
    certificate: certificateOf(DEVICE),
    key: softwareSigningKey(DEVICE.privateKey),
    decryption: softwareDecryptionKey(DEVICE.privateKey),
  },
  recipient: certificateOf(RA),
  trusted: [certificateOf(RA), certificateOf(CA)],
  issuers: [certificateOf(CA)],
  algorithms: { digest: 'sha256', contentEncryption: 'aes-128-cbc', post: true },
}

async function issue({ method, url, body }: Seen): Promise<Response> {
  return certificateReply(await open(method === 'POST' ? body : decodeGetMessage(url.search)), ISSUED.certificate)
}

async function certificateReply({ replyTo }: ScepRequest, certificate: Buffer): Promise<Response> {
  const sealing = { ra: RA_KEY, policy: DEFAULT, now: NOW, nonce: Buffer.alloc(16, 1) }
  const reply = await sealReply({ status: 'SUCCESS', certificates: [certificate] }, replyTo, sealing)
  return new Response(new Uint8Array(reply), {
    headers: { 'content-type': 'Application/X-PKI-Message; charset=binary' },
  })
}

test('S-4.1-01 S-4.3-01 S-4.1-13 S-4.3-05 an enrolment by POST is the raw message with its type', async () => {
  const { client: scep, requests } = client(issue)
  expect(await scep.enrol(ENROLMENT)).toMatchObject({ status: 'SUCCESS' })
  const [request] = requests as [Seen]
  expect(request.method).toBe('POST')
  expect(request.url.href).toBe('http://ca.example/cgi-bin/pkiclient.exe?operation=PKIOperation')
  expect(request.headers.get('content-type')).toBe('application/x-pki-message')
  expect(request.body[0]).toBe(0x30)
})

test('S-4.1-04 S-4.1-05 an enrolment by GET is percent-escaped base64', async () => {
  const { client: scep, requests } = client(issue)
  const algorithms = { ...ENROLMENT.algorithms, post: false }
  expect(await scep.enrol({ ...ENROLMENT, algorithms })).toMatchObject({ status: 'SUCCESS' })
  expect(requests[0]?.method).toBe('GET')
  expect(requests[0]?.url.search).toMatch(/^\?operation=PKIOperation&message=[A-Za-z0-9%]+$/)
})

test('S-2.3-18 S-2.3-19 a renewal is signed with the issued certificate, which opens the reply, and brings one for the new key', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = softwareSigningKey(privateKey)
  const csr = await buildCertificationRequest({ subject: nameFromText('CN=device1'), key })
  const next = rawCertificate({ privateKey, issuer: commonName('Test CA'), issuerKey: CA.privateKey })
  const seen: ScepRequest[] = []
  const { client: scep } = client(async ({ body }) => {
    const request = await open(body)
    seen.push(request)
    return certificateReply(request, next.certificate)
  })
  const renewal = {
    ...ENROLMENT,
    messageType: 'RenewalReq' as const,
    csr,
    csrKey: key.publicKey,
    signer: { ...ENROLMENT.signer, certificate: certificateOf(ISSUED) },
  }
  expect(await scep.enrol(renewal)).toMatchObject({ status: 'SUCCESS', certificate: { der: next.certificate } })
  expect(seen[0]).toMatchObject({ messageType: 'RenewalReq', signer: { selfSigned: false } })
  expect(seen[0]?.signer.certificate.der).toEqual(ISSUED.certificate)
})

test('S-3.2.1.5-01 every message has a fresh nonce', async () => {
  const { client: scep, requests } = client(issue)
  for (let count = 0; count < 5; count++) await scep.enrol(ENROLMENT)
  const nonces = await Promise.all(requests.map(async ({ body }) => (await open(body)).senderNonce?.toString('hex')))
  expect(new Set(nonces).size).toBe(5)
  expect(nonces[0]).toHaveLength(32)
})

test('S-4.1-03 S-4.1-13 GetCACaps and GetCACert are GET', async () => {
  const { client: scep, requests } = client(({ url }) =>
    url.search.includes('GetCACaps')
      ? new Response('AES\r\nSCEPStandard')
      : new Response(new Uint8Array(CA.certificate)),
  )
  expect([...(await scep.getCapabilities())]).toEqual(['aes', 'scepstandard'])
  expect(await scep.getCaCertificates()).toHaveLength(1)
  expect(requests.map(({ method, url }) => method + url.search)).toEqual([
    'GET?operation=GetCACaps',
    'GET?operation=GetCACert',
  ])
})

test('GetCACert yields the whole set', async () => {
  const { client: scep } = client(() => new Response(new Uint8Array(certsOnly([RA.certificate, CA.certificate]))))
  expect(await scep.getCaCertificates()).toHaveLength(2)
})

test('S-3.5.2-15 S-3.5.2-17 an error, an empty body and a broken connection are no capabilities', async () => {
  const answers = [
    () => new Response('nothing here', { status: 404 }),
    () => new Response('AES', { status: 500 }),
    () => new Response(''),
    () => {
      throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') })
    },
  ]
  for (const answer of answers) expect([...(await client(answer).client.getCapabilities())]).toEqual([])
  const typed = client(() => new Response('AES', { headers: { 'content-type': 'text/html' } }))
  expect([...(await typed.client.getCapabilities())]).toEqual(['aes'])
})

test('S-4.3-05 S-4.1-19 an HTTP error is told with its status and text, and the way out', async () => {
  const refused = client(() => new Response('not a SCEP message\nat all', { status: 400 }))
  await expect(refused.client.enrol(ENROLMENT)).rejects.toMatchObject({
    reason: 'transport_failed',
    detail: 'HTTP 400: not a SCEP message at all',
  })
  const long = client(() => new Response('', { status: 414 }))
  await expect(long.client.enrol(ENROLMENT)).rejects.toMatchObject({ detail: expect.stringContaining('use POST') })
})

test('S-4.1-22 an answer that never ends stops at the limit', async () => {
  const endless = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }))
  const { client: scep } = client(endless)
  await expect(scep.getCaCertificates()).rejects.toMatchObject({ reason: 'transport_failed' })
  expect([...(await scep.getCapabilities())]).toEqual([])
})

test('S-4.1-22 an answer that never comes stops at the time limit, and at the caller’s signal', async () => {
  const silent: Fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      if (init.signal?.aborted) reject(init.signal.reason)
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  const timed = new ScepClient({ url: 'http://ca.example', fetch: silent, timeoutMilliseconds: 20 })
  await expect(timed.getCaCertificates()).rejects.toMatchObject({ detail: 'no complete answer in time' })
  const stopped = new ScepClient({ url: 'http://ca.example', fetch: silent, signal: AbortSignal.abort() })
  await expect(stopped.getCaCertificates()).rejects.toMatchObject({ reason: 'transport_failed' })
})

describe('an enrolment that waits', () => {
  const pause: number[] = []
  const waiting = {
    now: () => NOW,
    random: () => 0.5,
    sleep: async (milliseconds: number) => void pause.push(milliseconds),
  }

  /** A server that says PENDING to the first messages and then issues; it reads attributes and content by itself. */
  function waitingServer(pendings: number) {
    const seen: { type: string; id: string; nonce: Buffer; content: Buffer; signer: Buffer; chained: boolean }[] = []
    const made = client(({ body }) => {
      const raw = readReply(body)
      const text = (number: number) => scepAttribute(raw, number)?.content.toString() ?? ''
      const nonce = scepAttribute(raw, 5)?.content as Buffer
      const { content } = openRawEnvelope(raw.eContent as Buffer, RA.privateKey)
      const signer = raw.certificates[0] as Buffer
      seen.push({ type: text(2), id: text(7), nonce, content, signer, chained: scepAttribute(raw, 6) !== undefined })
      const changes = { transactionId: [der.printableString(text(7))], recipientNonce: [der.octetString(nonce)] }
      return new Response(new Uint8Array(reply(seen.length > pendings ? '0' : '3', changes)))
    })
    return { ...made, seen }
  }

  test('S-4.4-01 S-4.4-05 S-3.2.1.1-01 S-3.2.1.5-01 S-3.2.1.5-06 polls bear its transaction and its signer, each a nonce of its own and nothing of the last reply', async () => {
    const { client: scep, seen } = waitingServer(3)
    const decision = await scep.enrolUntilDecided(ENROLMENT, waiting)
    expect(decision).toMatchObject({ status: 'SUCCESS', polls: 3, certificate: { der: ISSUED.certificate } })
    expect(seen.map(({ type }) => type)).toEqual(['19', '20', '20', '20'])
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([decision.transactionId]))
    expect(new Set(seen.map(({ nonce }) => nonce.toString('hex'))).size).toBe(4)
    for (const { signer } of seen) expect(signer).toEqual(DEVICE.certificate)
    expect(seen.some(({ chained }) => chained)).toBe(false)
    const { subject } = parseCertificationRequest(CSR)
    expect(seen[1]?.content).toEqual(der.sequence(commonName('Test CA'), subject.der))
  })

  test('polls may be the request sent again, for servers without CertPoll', async () => {
    const { client: scep, seen } = waitingServer(2)
    const decision = await scep.enrolUntilDecided(ENROLMENT, { ...waiting, by: 're-sending' })
    expect(decision).toMatchObject({ status: 'SUCCESS', polls: 2 })
    expect(seen.map(({ type }) => type)).toEqual(['19', '19', '19'])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
    for (const { content } of seen) expect(content).toEqual(CSR)
  })

  test('S-5.2-07 S-3.2.1.1-01 what was given up is begun anew under another name, unless its name is given', async () => {
    const { client: scep, seen } = waitingServer(9)
    const limits = { ...waiting, pace: { maximumPolls: 0 } }
    const first = await scep.enrolUntilDecided(ENROLMENT, limits)
    const second = await scep.enrolUntilDecided(ENROLMENT, limits)
    await scep.enrolUntilDecided({ ...ENROLMENT, transactionId: first.transactionId }, limits)
    expect(seen.map(({ type }) => type)).toEqual(['19', '19', '19'])
    expect(seen.map(({ id }) => id)).toEqual([first.transactionId, second.transactionId, first.transactionId])
    expect(second.transactionId).not.toBe(first.transactionId)
  })

  test('S-4.4-04 while it waits the same CA is asked for nothing else, unless forced', async () => {
    const { client: scep } = waitingServer(1)
    const woken = Promise.withResolvers<void>()
    const asleep = Promise.withResolvers<void>()
    const sleep = () => {
      asleep.resolve()
      return woken.promise
    }
    const running = scep.enrolUntilDecided(ENROLMENT, { ...waiting, sleep })
    await asleep.promise
    await expect(scep.enrol(ENROLMENT)).rejects.toMatchObject({ reason: 'request_outstanding' })
    expect(await scep.enrol({ ...ENROLMENT, force: true })).toMatchObject({ status: 'SUCCESS' })
    woken.resolve()
    expect(await running).toMatchObject({ status: 'SUCCESS' })
    expect(await scep.enrol(ENROLMENT)).toMatchObject({ status: 'SUCCESS' })
  })
})

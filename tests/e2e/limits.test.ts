import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createChallenge } from '../admin.ts'
import {
  type Device,
  type EnrolmentOptions,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  read,
  sealEnrolment,
} from '../device.ts'
import { assembleEnvelope, envelopeParts, signMessage } from '../hand-made.ts'
import { startServer, type TestServer } from '../server.ts'

/** Limits over HTTP, through a proxy that is trusted to say who is behind it. */

let server: TestServer
let ca: PublishedCa
let device: Device
/** An envelope of which nobody has the key. */
let hopeless: Buffer
/** A good request but for its challenge. */
let guess: Buffer

beforeAll(async () => {
  server = await startServer({ env: { CHANCERY_TRUSTED_PROXIES: '127.0.0.0/8', CHANCERY_WORKERS: '2' } })
  ca = await fetchCa(server.url)
  device = await newDevice()
  hopeless = await hopelessMessage()
  guess = (await seal()).message
})
afterAll(() => server.stop())

const seal = (options: EnrolmentOptions = {}) => sealEnrolment(device, ca, { challenge: 'wrong', ...options })

function send(message: Buffer, source: string, path = PROFILE_PATH): Promise<Response> {
  const headers = { 'x-forwarded-for': source }
  return fetch(`${server.url}${path}?operation=PKIOperation`, {
    method: 'POST',
    headers,
    body: Uint8Array.from(message),
  })
}

/** Sends a message again and again, over several connections. */
async function statuses(count: number, message: Buffer, source: string): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) {
    found.push(...(await Promise.all(Array.from({ length: 20 }, async () => (await send(message, source)).status))))
  }
  return found
}

const transactions = () =>
  inDatabase((database) => database.prepare('SELECT count(*) AS n FROM scep_transaction').get() as { n: number }).n

function inDatabase<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(server.dataDir, 'chancery.sqlite'), { timeout: 10_000 })
  try {
    return work(database)
  } finally {
    database.close()
  }
}

async function hopelessMessage(): Promise<Buffer> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = await selfSignedSigner(nameFromText('CN=probing'), softwareSigningKey(privateKey), new Date())
  const envelope = assembleEnvelope({
    ...envelopeParts(Buffer.alloc(300), ca.recipient),
    encryptedKey: Buffer.alloc(256, 1),
  })
  const attributes = { transactionId: randomBytes(16).toString('hex'), senderNonce: randomBytes(16) }
  return signMessage(envelope, { certificate, privateKey }, attributes)
}

describe.each([
  ['wrong challenges', '192.0.2.1', () => guess],
  ['envelopes that do not open', '2001:db8:1:2::3', () => hopeless],
] as const)('after 400 %s', (_, source, message) => {
  test('S-7-03 their source gets HTTP 429 with Retry-After, a line of text and no row', async () => {
    const before = transactions()
    const seen = await statuses(400, message(), source)
    expect(new Set(seen.slice(0, 20))).toEqual(new Set([200]))
    expect(new Set(seen)).toEqual(new Set([200, 429]))
    const limited = await vi.waitFor(async () => {
      const answer = await send(message(), source)
      expect(answer.status).toBe(429)
      return answer
    }, 20_000)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(limited.headers.get('content-type')).toBe('text/plain')
    expect(await limited.text()).toMatch(/^[^\n]{10,100}\n$/)
    expect(transactions()).toBe(before)
  })

  test('S-7-03 other sources are served, and what made the source wait is in the log', async () => {
    const enrolment = await seal({ challenge: await createChallenge(server), subject: `CN=after ${message().length}` })
    const answer = await send(enrolment.message, '198.51.100.77')
    expect(await read(enrolment, Buffer.from(await answer.arrayBuffer()), ca)).toMatchObject({ status: 'SUCCESS' })
    expect(server.log()).toContain('"outcome":"limited","reason":"too_many_refusals"')
  })
})

test('S-7-03 neighbours in one /64 count as one source, and the endpoint has no other limit than theirs', async () => {
  await statuses(200, hopeless, '2001:db8:9:9::1')
  await vi.waitFor(async () => expect((await send(hopeless, '2001:db8:9:9:ffff::2')).status).toBe(429), 20_000)
  expect((await send(hopeless, '2001:db8:9:a::1')).status).toBe(200)
})

test('a source that only succeeds is not limited', async () => {
  const challenge = await createChallenge(server, { uses: 1 })
  const enrolment = await seal({ challenge, subject: 'CN=often' })
  expect(new Set(await statuses(400, enrolment.message, '192.0.2.200'))).toEqual(new Set([200]))
})

test('what comes from this machine is not limited: it may come through a proxy that nobody declared', async () => {
  const seen: number[] = []
  for (let batch = 0; batch < 15; batch++) {
    const url = `${server.url}${PROFILE_PATH}?operation=PKIOperation`
    const one = async () => (await fetch(url, { method: 'POST', body: Uint8Array.from(guess) })).status
    seen.push(...(await Promise.all(Array.from({ length: 20 }, one))))
  }
  expect(new Set(seen)).toEqual(new Set([200]))
})

test('S-4.4-08 of 200 requests after one that waits most are told to come later, and none is lost', async () => {
  const challenge = await createChallenge(server)
  const enrolment = await seal({ challenge, subject: 'CN=impatient' })
  expect((await send(enrolment.message, '192.0.2.50')).status).toBe(200)
  const state = (text: string) =>
    inDatabase((database) =>
      database
        .prepare('UPDATE scep_transaction SET state = ? WHERE transaction_id = ?')
        .run(text, Buffer.from(enrolment.transactionId)),
    )
  state('awaiting_approval')
  const seen = await statuses(200, enrolment.message, '192.0.2.50')
  expect(seen.filter((status) => status === 429).length).toBeGreaterThan(50)
  expect(seen).toContain(200)
  state('issued')
  await vi.waitFor(async () => {
    const answer = await send(enrolment.message, '192.0.2.50')
    expect(await read(enrolment, Buffer.from(await answer.arrayBuffer()), ca)).toMatchObject({ status: 'SUCCESS' })
  }, 30_000)
})

describe('a one-time challenge that is used again', () => {
  test('S-7-10 is a warning in the log and a figure, and the device hears what it hears for any wrong one', async () => {
    const challenge = await createChallenge(server)
    const used = await seal({ challenge, subject: 'CN=first' })
    await send(used.message, '192.0.2.60')
    const again = await sealEnrolment(await newDevice(), ca, { challenge, subject: 'CN=second' })
    const answers = await Promise.all(
      [again.message, guess].map(async (message) => (await send(message, '192.0.2.61')).arrayBuffer()),
    )
    const reply = await read(again, Buffer.from(answers[0] as ArrayBuffer), ca)
    expect(reply).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
    expect(JSON.stringify(reply)).not.toMatch(/used/)
    const line = await vi.waitFor(() => {
      const found = events()
      expect(found).toHaveLength(1)
      return found[0]
    }, 10_000)
    expect(line).toMatchObject({
      level: 40,
      event: 'challenge_reused',
      reason: 'challenge_refused',
      profile: 'default',
      peer: '192.0.2.61',
      transactionId: again.transactionId,
    })
    expect(server.log()).not.toContain(challenge)
    const figures = await (await fetch(`${server.url}/metrics`)).text()
    expect(figures).toMatch(/^chancery_security_event_total\{event="challenge_reused"\} 1$/m)
  })

  test('S-7-10 is none where the request that used it is only sent again', async () => {
    const before = events().length
    const enrolment = await seal({ challenge: await createChallenge(server), subject: 'CN=again' })
    for (let times = 0; times < 3; times++) expect((await send(enrolment.message, '192.0.2.62')).status).toBe(200)
    await vi.waitFor(() => expect(server.log().split(enrolment.transactionId).length).toBeGreaterThan(3), 10_000)
    expect(events()).toHaveLength(before)
  })

  const events = (): Record<string, unknown>[] =>
    server
      .log()
      .split('\n')
      .filter((line) => line.includes('challenge_reused'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
})

test('legacy algorithms in a request are in the log and counted', async () => {
  const challenge = await createChallenge(server)
  const message = await seal({ challenge, subject: 'CN=old', digest: 'sha1', contentEncryption: 'des-ede3-cbc' })
  await send(message.message, '192.0.2.70')
  await vi.waitFor(() => expect(server.log()).toContain('"legacy":["sha1","des-ede3-cbc"]'), 10_000)
  const figures = await (await fetch(`${server.url}/metrics`)).text()
  expect(figures).toMatch(/^chancery_scep_legacy_algorithm_total\{algorithm="sha1"\} 1$/m)
  expect(figures).toMatch(/^chancery_scep_legacy_algorithm_total\{algorithm="des-ede3-cbc"\} 1$/m)
})

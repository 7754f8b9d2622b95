import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { admin, changeProfile } from '../admin.ts'
import { chancery } from '../cli.ts'
import {
  certificateOf,
  type Device,
  type Enrolment,
  enrol,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  sealEnrolment,
  sealPoll,
} from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** Devices enrol where a program of somebody else judges the challenge: the receiver that docs/operate shows. */

const PAGE = join(import.meta.dirname, '../../docs/operate/webhook-challenges.md')
const KEY = 'a-webhook-key-for-tests-0123456789abcdef'

const folder = temporaryFolder()
const file = (name: string) => join(folder, name)
let server: TestServer
let ca: PublishedCa
let receiver: ChildProcess | undefined
let device: Device

beforeAll(async () => {
  writeFileSync(file('webhook.key'), `${KEY}\n`)
  const [, code] = /```js\n(\/\/ receiver\.mjs[\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? []
  writeFileSync(file('receiver.mjs'), code ?? '')
  server = await startServer()
  ca = await fetchCa(server.url)
})
afterAll(() => server.stop())

/** The receiver of the page, with these lines in its list. @returns its URL */
async function startReceiver(lines: readonly string[], port = '0'): Promise<string> {
  list(lines)
  receiver = spawn(process.execPath, [file('receiver.mjs'), file('webhook.key'), file('list.txt'), port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(receiver.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return `http://127.0.0.1:${line.toString().trim()}/scep`
}

const list = (lines: readonly string[]) => writeFileSync(file('list.txt'), lines.join('\n'))

async function stopReceiver(): Promise<void> {
  if (receiver === undefined || receiver.exitCode !== null) return
  receiver.kill()
  await once(receiver, 'exit')
  receiver = undefined
}

const useWebhook = (url: string, update: Record<string, unknown> = {}) =>
  changeProfile(server, {
    challengeKind: 'webhook',
    webhook: { url, key: KEY, allowPrivateAddresses: true, timeoutMilliseconds: 2000 },
    allowPolling: false,
    ...update,
  })

const asked = (subject: string, challenge: string) => sealEnrolment(device, ca, { subject, challenge })
const send = (enrolment: Enrolment) => enrol(server.url, enrolment, ca)
const poll = async (enrolment: Enrolment) => send(await sealPoll(enrolment, ca))
/** HTTP as it came. */
const rawPost = ({ message }: Enrolment, url = server.url) =>
  fetch(`${url}${PROFILE_PATH}?operation=PKIOperation`, { method: 'POST', body: new Uint8Array(message) })

const BAD_REQUEST = { status: 'FAILURE', failInfo: 'badRequest' }

beforeEach(async () => {
  device = await newDevice()
})
afterEach(stopReceiver)

describe('the receiver that the page shows', () => {
  test('lets a device in whose challenge is in its list, and refuses another', async () => {
    await useWebhook(await startReceiver(['good']))
    const first = await asked('CN=allowed', 'good')
    const certificate = certificateOf(await send(first))
    expect(certificateOf(await send(first)).der, 'the same again, without another question').toEqual(certificate.der)
    device = await newDevice()
    expect(await send(await asked('CN=denied', 'bad'))).toMatchObject(BAD_REQUEST)
    await expect.poll(() => server.log(), { timeout: 10_000 }).toContain('the webhook refused it: not in the list')
  })

  test('lets one wait, until a poll finds that it may', async () => {
    await useWebhook(await startReceiver(['? later']), { allowPolling: true })
    const waiting = await asked('CN=later', 'later')
    expect(await send(waiting)).toMatchObject({ status: 'PENDING' })
    expect(await poll(waiting)).toMatchObject({ status: 'PENDING' })
    const { approvals } = (await admin(server, 'GET', '/v1/approvals')) as { approvals: unknown[] }
    expect(approvals, 'no person is asked').toEqual([])
    list(['later'])
    const certificate = certificateOf(await poll(waiting))
    expect(certificateOf(await poll(waiting)).der).toEqual(certificate.der)
    expect(certificateOf(await send(waiting)).der).toEqual(certificate.der)
  })

  test('lets one wait, until a repetition finds that it may not; then polls are refused, too', async () => {
    await useWebhook(await startReceiver(['? later']), { allowPolling: true })
    const waiting = await asked('CN=never', 'later')
    expect(await send(waiting)).toMatchObject({ status: 'PENDING' })
    list([])
    expect(await send(waiting)).toMatchObject(BAD_REQUEST)
    expect(await poll(waiting)).toMatchObject(BAD_REQUEST)
    list(['later'])
    certificateOf(await send(waiting))
  })

  test('that wants to be asked later is HTTP 503 with its time where the profile allows no polling', async () => {
    await useWebhook(await startReceiver(['? later']))
    const answer = await rawPost(await asked('CN=later', 'later'))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
  })

  test('that is down is HTTP 503, or PENDING through a restart of both until it is back', async () => {
    const url = await startReceiver(['good'])
    await useWebhook(url)
    await stopReceiver()
    const waiting = await asked('CN=patient', 'good')
    const answer = await rawPost(waiting)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    await changeProfile(server, { allowPolling: true })
    expect(await send(waiting)).toMatchObject({ status: 'PENDING' })
    await server.kill()
    await server.restart()
    expect(await poll(waiting)).toMatchObject({ status: 'PENDING' })
    await startReceiver(['good'], new URL(url).port)
    certificateOf(await poll(waiting))
  })
})

describe('by command', () => {
  test('a profile gets its webhook and is tried out, and the key is shown nowhere', async () => {
    const url = await startReceiver(['sample-challenge'])
    const set = await chancery(server.dataDir, [
      ...['profile', 'set', '--challenge-kind', 'webhook', '--webhook-url', url, '--webhook-private', 'on'],
      ...['--webhook-key-file', file('webhook.key'), '--webhook-timeout', '3s'],
    ])
    expect(set.code, set.stderr).toBe(0)
    expect(set.stdout.toString()).toMatch(/^challenge +webhook/m)
    expect(set.stderr).toContain('warning: The webhook is asked over plain http')
    const tried = await chancery(server.dataDir, ['profile', 'test-webhook'])
    expect(tried.code, tried.stderr).toBe(0)
    expect(tried.stdout.toString()).toMatch(/^decision +allow$/m)
    await stopReceiver()
    const down = await chancery(server.dataDir, ['profile', 'test-webhook', '--json'])
    expect(down.code).not.toBe(0)
    expect(JSON.parse(down.stdout.toString())).toMatchObject({
      decision: 'none',
      fault: expect.stringContaining('ECONNREFUSED'),
    })
    expect(`${set.stdout}${set.stderr}${tried.stdout}${server.log()}`).not.toContain(KEY)
  })
})

describe('a webhook that hangs', () => {
  let hanging: Server
  let asks = 0
  beforeAll(async () => {
    hanging = createServer(() => {
      asks++
    })
    await once(hanging.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => {
    hanging.closeAllConnections()
    hanging.close()
  })

  test('never issues, and holds up nobody who does not ask it', async () => {
    const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`
    await useWebhook(url, { webhook: { url, key: KEY, allowPrivateAddresses: true, timeoutMilliseconds: 30_000 } })
    const controller = new AbortController()
    const waiting = await Promise.all(
      Array.from({ length: 40 }, (_, index) => asked(`CN=hanging-${index}`, `secret-${index}`)),
    )
    const answers = waiting.map(({ message }) =>
      fetch(`${server.url}${PROFILE_PATH}?operation=PKIOperation`, {
        method: 'POST',
        body: new Uint8Array(message),
        signal: controller.signal,
      }).then(
        ({ status }) => status,
        () => 'still waiting',
      ),
    )
    await expect.poll(() => asks, { timeout: 20_000 }).toBeGreaterThanOrEqual(16)
    // The profile does not ask it any more; the questions that are open go on hanging.
    await changeProfile(server, { challengeKind: 'static', challengePassword: 'another way to be let in' })
    device = await newDevice()
    certificateOf(await send(await asked('CN=not-held-up', 'another way to be let in')))
    controller.abort()
    const seen = await Promise.all(answers)
    expect(seen.filter((status) => status === 200)).toEqual([])
    expect(seen.filter((status) => status === 'still waiting').length).toBeGreaterThanOrEqual(16)
    expect(seen.filter((status) => status === 503).length, 'beyond what may be open').toBeGreaterThan(0)
  })
})

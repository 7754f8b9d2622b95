import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawRequest, request } from '../../../../tests/raw-http.ts'
import { startServer, type TestServer } from '../../../../tests/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { CHANCERY_WORKERS: '2' } })
})
afterAll(() => server.stop())

/** On a connection of its own, so that any process may get it. */
const get = (target: string) => rawRequest(server.url, request('GET', target, []))

const logLines = () =>
  server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** Process that answered the last request, as its log line says. */
async function answering(): Promise<number> {
  const before = logLines().filter(({ msg }) => msg === 'scep').length
  expect((await get('/scep?operation=GetCACaps')).status).toBe(200)
  for (;;) {
    const lines = logLines().filter(({ msg }) => msg === 'scep')
    if (lines.length > before) return Number(lines.at(-1)?.pid)
    await sleep(5)
  }
}

test('a line on standard output says where it listens, one more how to sign in first, and nothing else is there', async () => {
  await expect
    .poll(() => server.output().split('\n'))
    .toEqual([`chancery listening on ${server.url}`, expect.stringMatching(/^first administrator: /), ''])
})

test('a server process that dies is replaced, and nobody is refused meanwhile', async () => {
  const pids = new Set<number>()
  while (pids.size < 2) pids.add(await answering())
  expect(pids).not.toContain(server.pid)
  const [victim] = pids
  process.kill(victim as number, 'SIGKILL')
  while (!logLines().some(({ worker }) => worker === victim)) await sleep(5)
  const now = new Set<number>()
  while (now.size < 2) now.add(await answering())
  expect(now).not.toContain(victim)
})

test('the figures are those of all processes, whichever one is asked', async () => {
  const counted = async () => {
    const { body } = await get('/metrics')
    return Number(
      /^chancery_scep_requests_total\{operation="GetCACert",outcome="served"\} (\d+)/m.exec(body.toString())?.[1],
    )
  }
  for (let times = 0; times < 6; times++) await get('/scep?operation=GetCACert')
  expect([await counted(), await counted()]).toEqual([6, 6])
})

test('asked to stop it ends with 0, and takes every process with it', async () => {
  const own = await startServer({ env: { CHANCERY_WORKERS: '2' } })
  expect(await own.stop()).toBe(0)
})

import { afterEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type ScriptedAnswer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

let server: MockServer | undefined
afterEach(() => server?.close())

async function caps(answer: ScriptedAnswer, ...more: string[]) {
  server = await startMockServer(() => answer)
  const terminal = testTerminal()
  return { code: await run(['scep', 'caps', `${server.url}/scep`, ...more], terminal), terminal }
}

test('each capability is printed in its proper spelling with its meaning', async () => {
  const { code, terminal } = await caps({ body: 'aes\r\nSHA-256\n\nPOSTPKIOperation\nFoo-Bar\n' })
  expect(code).toBe(0)
  expect(terminal.stdout().split('\n')).toEqual([
    'AES               requests may be encrypted with AES-128-CBC',
    'SHA-256           takes SHA-256 as digest',
    'POSTPKIOperation  takes requests by HTTP POST',
    'foo-bar           not known to this client, which ignores it',
    '',
  ])
  expect(terminal.stderr()).toContain('aes-128-cbc and sha256, by POST')
})

test('S-4.1-13 the operation is spelt exactly and asked by GET', async () => {
  await caps({ body: 'AES\n' })
  expect(server?.seen.map(({ method, query }) => `${method} ${query}`)).toEqual(['GET operation=GetCACaps'])
})

test('--json prints the capabilities and what would be used', async () => {
  const { terminal } = await caps({ body: 'DES3\nSHA-1\n' }, '--json')
  expect(JSON.parse(terminal.stdout())).toMatchObject({
    capabilities: ['DES3', 'SHA-1'],
    chosen: { digest: 'sha1', contentEncryption: 'des-ede3-cbc', method: 'GET' },
  })
})

test('control characters of the server do not reach the terminal', async () => {
  const { terminal } = await caps({ body: 'AES\u001b[2J\n' })
  expect(terminal.stdout()).not.toContain('\u001b')
})

test('S-3.2.1.4-18 an HTTP error and a closed connection end with 3, an empty answer is an answer', async () => {
  expect((await caps({ status: 404 })).code).toBe(3)
  await server?.close()
  expect((await caps({ break: true })).code).toBe(3)
  await server?.close()
  const { code, terminal } = await caps({ body: '' })
  expect(code).toBe(0)
  expect(terminal.stderr()).toContain('names no capability')
})

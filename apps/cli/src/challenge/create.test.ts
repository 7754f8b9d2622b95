import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreatedChallenge } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type ScriptedAnswer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const created: CreatedChallenge = {
  uuid: '019a0000-0000-7000-8000-000000000002',
  challenge: '7K2MPQR-XYZ3W9T-NB4HJ6C-VD5F8GA',
  scepProfile: 'default',
  uses: 1,
  expiresAt: '2026-06-01T13:00:00.000Z',
  subject: null,
  subjectAltNames: null,
  scepUrl: 'http://127.0.0.1:8080/api/v1/protocols/scep/default/pkiclient.exe',
  caFingerprint: 'ab'.repeat(32),
}

let dataDir: string
let server: MockServer | undefined
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(dataDir, { recursive: true })
})

function answering(answer: ScriptedAnswer) {
  return ({ path }: SeenRequest): ScriptedAnswer =>
    path === '/api/v1/scepProfiles' ? { body: JSON.stringify([{ uuid, name: 'default' }]) } : answer
}

async function beside(answer: ScriptedAnswer = { status: 201, body: JSON.stringify(created) }) {
  server = await startMockServer(answering(answer), join(dataDir, 'admin.sock'))
  return testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
}

test('the challenge stands alone on standard output, the whole command on standard error', async () => {
  const terminal = await beside()
  expect(await run(['challenge', 'create'], terminal)).toBe(0)
  expect(terminal.stdout()).toBe(`${created.challenge}\n`)
  expect(terminal.stderr()).toContain(
    `npx chancery scep enrol ${created.scepUrl} --subject CN=device1 --challenge ${created.challenge} --ca-fingerprint ${created.caFingerprint} --out device1`,
  )
  expect(server?.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v1/scepProfiles',
    `POST /api/v1/scepProfiles/${uuid}/challenges`,
  ])
  expect(JSON.parse(String(server?.seen[1]?.body))).toEqual({ uses: 1, ttlSeconds: 3600 })
})

test('options become the body, and the command repeats the names quoted for a shell', async () => {
  const bound = { ...created, subject: "CN=L'imprimante,O=Big Co", subjectAltNames: ['DNS:p.example'] }
  const terminal = await beside({ status: 201, body: JSON.stringify(bound) })
  const args = ['--uses', '5', '--ttl', '2d', '--subject', bound.subject, '--san', 'DNS:p.example']
  expect(await run(['challenge', 'create', ...args], terminal)).toBe(0)
  expect(JSON.parse(String(server?.seen[1]?.body))).toEqual({
    uses: 5,
    ttlSeconds: 172_800,
    subject: bound.subject,
    subjectAltNames: ['DNS:p.example'],
  })
  expect(terminal.stderr()).toContain(`--subject 'CN=L'\\''imprimante,O=Big Co' --san DNS:p.example`)
})

test('--json prints everything, the command too', async () => {
  const terminal = await beside()
  expect(await run(['challenge', 'create', '--json'], terminal)).toBe(0)
  expect(JSON.parse(terminal.stdout())).toMatchObject({ ...created, command: expect.stringContaining('scep enrol') })
})

test('every sentence of a refusal is printed, control characters taken out', async () => {
  const terminal = await beside({ status: 422, body: JSON.stringify(['uses is wrong.', 'ttl\u001b[2J is wrong.']) })
  expect(await run(['challenge', 'create'], terminal)).toBe(1)
  expect(terminal.stdout()).toBe('')
  expect(terminal.stderr()).toContain('uses is wrong.\nchancery: ttl [2J is wrong.')
})

test('an unknown profile is answered with those there are', async () => {
  const terminal = await beside()
  expect(await run(['challenge', 'create', '--profile', 'nope'], terminal)).toBe(1)
  expect(terminal.stderr()).toContain('There are: default.')
})

test('without a server it says how to get one, and ends with the code for the network', async () => {
  const terminal = testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })
  expect(await run(['challenge', 'create'], terminal)).toBe(3)
  expect(terminal.stderr()).toContain('No server is running here')
  expect(terminal.stderr()).toContain('npm start')
})

test('with --server the token goes along, and only to this machine or over https', async () => {
  server = await startMockServer(answering({ status: 201, body: JSON.stringify(created) }))
  const terminal = testTerminal({ env: { CHANCERY_TOKEN: 't'.repeat(32) } })
  expect(await run(['challenge', 'create', '--server', server.url], terminal)).toBe(0)
  expect(server.seen.every(({ headers }) => headers.authorization === `Bearer ${'t'.repeat(32)}`)).toBe(true)
  expect(await run(['challenge', 'create', '--server', 'http://ca.example'], terminal)).toBe(1)
  expect(terminal.stderr()).toContain('unencrypted')
})

test('with --server a missing token and an unreachable server are told apart', async () => {
  const without = testTerminal()
  expect(await run(['challenge', 'create', '--server', 'http://127.0.0.1:9'], without)).toBe(1)
  expect(without.stderr()).toContain('CHANCERY_TOKEN')
  const unreachable = testTerminal({ env: { CHANCERY_TOKEN: 't'.repeat(32) } })
  expect(await run(['challenge', 'create', '--server', 'http://127.0.0.1:9'], unreachable)).toBe(3)
})

test('a redirect does not take the token elsewhere', async () => {
  let asked = 0
  const other = await startMockServer(() => {
    asked++
    return { body: '[]' }
  })
  server = await startMockServer(() => ({ status: 302, location: other.url }))
  const terminal = testTerminal({ env: { CHANCERY_TOKEN: 't'.repeat(32) } })
  expect(await run(['challenge', 'create', '--server', server.url], terminal)).not.toBe(0)
  await other.close()
  expect(asked).toBe(0)
})

test('a token with a line break is refused without being repeated', async () => {
  const terminal = testTerminal({ env: { CHANCERY_TOKEN: 'a-secret-token\r\n' } })
  expect(await run(['challenge', 'create', '--server', 'http://127.0.0.1:8080'], terminal)).toBe(1)
  expect(terminal.stderr()).toContain('CHANCERY_TOKEN holds')
  expect(terminal.stdout() + terminal.stderr()).not.toContain('a-secret-token')
})

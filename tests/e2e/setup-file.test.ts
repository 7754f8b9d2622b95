import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** A set-up kept in a file: by the command line, and at start. */

const CHALLENGE = 'the challenge of all printers of the plant'
const YAML = `
chancery: 1
authorities:
  - name: plant
    ca: { create: root, subject: 'CN=Plant CA,O=Example', keyType: p-256, validityYears: 5 }
raProfiles:
  - { name: printers, authority: plant, enabled: true, scepProfile: printers }
scepProfiles:
  - name: printers
    enabled: true
    raProfile: printers
    challengeKind: static
    challengePassword: { env: PRINTER_CHALLENGE }
`

const folder = temporaryFolder()
const file = join(folder, 'setup.yaml')
writeFileSync(file, YAML)
const env = { PRINTER_CHALLENGE: CHALLENGE }

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const config = (...args: string[]) => chancery(server.dataDir, ['config', ...args], { env })

/** A device enrols with the challenge of the file. */
async function enrols(at: TestServer, address: string, out: string): Promise<string> {
  const url = `${at.url}/api/v1/protocols/scep/${address}/pkiclient.exe`
  const trust = ['--challenge', CHALLENGE, '--trust-on-first-use', '--out', out]
  const { code, stderr } = await chancery(at.dataDir, ['scep', 'enrol', url, '--subject', 'CN=printer1', ...trust])
  expect(code, stderr).toBe(0)
  const printed = await must('openssl', [
    'x509',
    '-in',
    join(out, 'cert.pem'),
    '-noout',
    '-issuer',
    '-nameopt',
    'RFC2253',
  ])
  return printed.toString().trim()
}

test('diff says what is to be made, apply makes it, and devices enrol through both addresses', async () => {
  const diff = await config('diff', file)
  expect([diff.code, diff.stdout.toString()]).toEqual([30, expect.stringContaining('+ create authority plant')])
  const apply = await config('apply', file)
  expect(apply.code, apply.stderr).toBe(0)
  const issuer = 'issuer=CN=Plant CA,O=Example'
  expect(await enrols(server, 'printers', join(folder, 'one'))).toBe(issuer)
  expect(await enrols(server, 'raProfile/printers', join(folder, 'two'))).toBe(issuer)
})

test('a second apply changes nothing', async () => {
  const again = await config('apply', file)
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('The server is as the file says.')])
  expect((await config('diff', file)).code).toBe(0)
})

test('what is exported is YAML without the secret, and changes nothing', async () => {
  const exported = join(folder, 'exported.yaml')
  expect((await config('export', '--out', exported)).code).toBe(0)
  expect(readFileSync(exported, 'utf8')).not.toContain(CHALLENGE)
  const diff = await config('diff', exported)
  expect(diff.code, diff.stdout.toString()).toBe(0)
})

test('an authority of which devices have certificates is not pruned away, and what is deleted is shown first', async () => {
  const empty = join(folder, 'empty.yaml')
  writeFileSync(empty, 'chancery: 1\n')
  const { code, stderr } = await config('apply', empty, '--prune')
  expect([code, stderr]).toEqual([1, expect.stringMatching(/authority "plant": .*disable it instead/)])
  writeFileSync(empty, `${YAML.split('raProfiles:')[0]}`)
  const asked = await config('apply', empty, '--prune')
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining('- delete SCEP profile printers')])
  expect(asked.stderr).toContain('--yes')
  expect((await config('diff', file)).code).toBe(0)
})

test.each([
  ['a secret that is not there', YAML, {}, 'env PRINTER_CHALLENGE is not set'],
  ['no YAML', 'chancery: [', env, 'is neither YAML nor JSON'],
  ['a wrong field', 'chancery: 1\nscepProfiles: [{name: x, enabeld: true}]', env, 'enabeld'],
])('%s is told and nothing is changed', async (_, text, environment, sentence) => {
  const wrong = join(folder, 'wrong.yaml')
  writeFileSync(wrong, text)
  const { code, stderr } = await chancery(server.dataDir, ['config', 'apply', wrong], { env: environment })
  expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)])
})

test('CHANCERY_SETUP makes the same on an empty store, and again at the next start nothing', async () => {
  const started = await startServer({ dataDir: join(folder, 'data'), env: { CHANCERY_SETUP: file, ...env } })
  try {
    expect(await enrols(started, 'printers', join(folder, 'three'))).toBe('issuer=CN=Plant CA,O=Example')
    await started.stop()
    await started.restart()
    expect(started.log()).toContain('set-up: nothing to change')
    expect((await chancery(started.dataDir, ['config', 'diff', file], { env })).code).toBe(0)
  } finally {
    await started.stop()
  }
})

test('a file that is wrong in one place keeps the server from starting, and nothing of it is there', async () => {
  const wrong = join(folder, 'wrong-start.yaml')
  writeFileSync(wrong, `${YAML}    enabeld: true\n`)
  const dataDir = join(folder, 'refused')
  const started = startServer({ dataDir, env: { CHANCERY_SETUP: wrong, ...env } })
  const error = await started.then(
    () => expect.fail('it started'),
    (cause: Error) => cause,
  )
  expect(error.message).toContain('enabeld')
  expect(error.message).not.toContain(CHALLENGE)
  const server = await startServer({ dataDir })
  try {
    const { stdout } = await chancery(dataDir, ['config', 'export'])
    expect(stdout.toString()).not.toContain('plant')
  } finally {
    await server.stop()
  }
})

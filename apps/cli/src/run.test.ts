import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { run } from './run.ts'
import { testTerminal } from './testing/test-terminal.ts'

const VERBS = [
  ['challenge', 'create'],
  ['certificate', 'show'],
  ['certificate', 'revoke'],
  ['approval', 'list'],
  ['approval', 'show'],
  ['approval', 'approve'],
  ['approval', 'reject'],
  ['ra-profile', 'list'],
  ['ra-profile', 'show'],
  ['ra-profile', 'create'],
  ['ra-profile', 'set'],
  ['ra-profile', 'activate'],
  ['ra-profile', 'deactivate'],
  ['ra-profile', 'enable'],
  ['ra-profile', 'disable'],
  ['ra-profile', 'delete'],
  ['profile', 'list'],
  ['profile', 'show'],
  ['profile', 'create'],
  ['profile', 'set'],
  ['profile', 'default'],
  ['profile', 'enable'],
  ['profile', 'disable'],
  ['profile', 'delete'],
  ['scep', 'enrol'],
  ['scep', 'renew'],
  ['scep', 'poll'],
  ['scep', 'get-cert'],
  ['scep', 'get-crl'],
  ['scep', 'get-next-ca'],
  ['scep', 'caps'],
  ['scep', 'ca'],
  ['scep', 'inspect'],
]

test.each(VERBS)('%s %s --help teaches: options, --json, examples, what next', async (...words) => {
  const terminal = testTerminal()
  expect(await run([...words, '--help'], terminal)).toBe(0)
  const help = terminal.stdout()
  expect(help).toContain(`Usage: chancery ${words.join(' ')} `)
  expect(help).toContain('--json')
  expect(help).toContain('\nExamples:\n  chancery ')
  expect(help).toContain('\nNext: ')
})

test('--help of the program shows the nouns, a first certificate and the exit codes', async () => {
  const terminal = testTerminal()
  expect(await run(['--help'], terminal)).toBe(0)
  for (const text of ['challenge', 'profile', 'scep', 'A first certificate', 'Exit codes:']) {
    expect(terminal.stdout()).toContain(text)
  }
})

test.each([
  [['scep', 'enrol', 'http://127.0.0.1/']],
  [['scep', 'caps']],
  [['scep', 'poll', '/nowhere']],
  [['scep', 'get-cert', 'http://127.0.0.1/']],
  [['scep', 'get-cert', 'http://127.0.0.1/', '--serial', 'xyz', '--trust-on-first-use']],
  [['scep', 'get-next-ca', 'http://127.0.0.1/']],
  [['scep', 'caps', 'ftp://ca.example/']],
  [['challenge', 'create', '--no-such-option']],
  [['challenge', 'create', '--ttl', 'soon']],
  [['challenge', 'create', '--uses', 'many']],
  [['profile', 'set', '--include-ca', 'perhaps']],
  [['profile', 'set', '--most-waiting', 'some']],
  [['profile', 'delete']],
  [['approval', 'reject', '019a0000-0000-7000-8000-000000000001']],
  [['ra-profile', 'set', '--approval', 'perhaps']],
  [['ra-profile', 'set', '--approval-expiry', 'soon']],
  [['certificate', 'revoke', 'ab', '--reason', 'bored']],
  [['nonsense']],
])('wrong usage ends with 1 and says why on standard error: %j', async (args) => {
  const terminal = testTerminal()
  expect(await run(args, terminal)).toBe(1)
  expect(terminal.stdout()).toBe('')
  expect(terminal.stderr()).not.toBe('')
})

const launcher = fileURLToPath(new URL('../bin/chancery.mjs', import.meta.url))

test('the launcher runs the command in a process of its own', () => {
  const { status, stdout } = spawnSync(process.execPath, [launcher, 'scep', 'ca', '--help'], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect(stdout).toContain('Usage: chancery scep ca ')
})

test('an old Node is told what it needs, with an exit code of its own', () => {
  const old = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.19.0'}})"
  const { status, stderr } = spawnSync(process.execPath, ['--import', old, launcher, '--help'], { encoding: 'utf8' })
  expect(status).toBe(70)
  expect(stderr).toContain('needs Node 24')
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IntuneStatus, IntuneTest } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const TRIAL: IntuneTest = {
  ok: false,
  steps: [
    { step: 'settings', verdict: 'passed', sentence: 'The client secret can be read.' },
    { step: 'graphToken', verdict: 'failed', sentence: 'The client secret has expired.' },
    { step: 'discovery', verdict: 'skipped', sentence: 'Not tried: what it needs has failed.' },
  ],
  roles: { graph: [], intune: ['scep_challenge_provider'] },
  milliseconds: 12,
}
const STATUS: IntuneStatus = {
  contacts: [
    { call: 'token', at: '2026-03-01T12:00:00.000Z', outcome: 'ok', detail: null },
    { call: 'validate', at: '2026-03-01T12:00:01.000Z', outcome: 'refused', detail: 'ChallengeExpired' },
  ],
  held: 2,
  unreported: 0,
  secretExpiresAt: null,
  warnings: ['Nobody wrote down when the client secret for Intune ends.'],
}

let dataDir: string
let server: MockServer
let trial = TRIAL
beforeEach(async () => {
  trial = TRIAL
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(
    ({ path }) => {
      if (path.endsWith('/intune/test')) return { body: JSON.stringify(trial) }
      if (path.endsWith('/intune/status')) return { body: JSON.stringify(STATUS) }
      return { body: JSON.stringify([{ uuid, name: 'phones' }]) }
    },
    join(dataDir, 'admin.sock'),
  )
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })

test('a trial is told step by step, with the permissions that were granted, and ends with 1 where a step failed', async () => {
  const shown = terminal()
  expect(await run(['intune', 'test', 'phones'], shown)).toBe(1)
  expect(shown.stdout().split('\n')).toEqual([
    'settings    passed   The client secret can be read.',
    'graphToken  failed   The client secret has expired.',
    'discovery   skipped  Not tried: what it needs has failed.',
    'roles       Graph: none known; Intune: scep_challenge_provider',
    'took        12 ms',
    '',
  ])
  expect(server.seen.at(-1)).toMatchObject({ method: 'POST', path: `/api/v1/scepProfiles/${uuid}/intune/test` })
  trial = { ...TRIAL, ok: true }
  expect(await run(['intune', 'test', 'phones', '--json'], shown)).toBe(0)
  expect(shown.stdout()).toContain('"ok": true')
})

test('the status has the last contact of each kind, and its warnings stand on standard error', async () => {
  const shown = terminal()
  expect(await run(['intune', 'status', 'phones'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(/^validate +2026-03-01T12:00:01.000Z {2}refused: ChallengeExpired$/m)
  expect(shown.stdout()).toMatch(/^held +2 issued/m)
  expect(shown.stdout()).toMatch(/^key ends +nobody wrote it down$/m)
  expect(shown.stderr()).toContain('warning: Nobody wrote down')
  const json = terminal()
  expect(await run(['intune', 'status', 'phones', '--json'], json)).toBe(0)
  expect(JSON.parse(json.stdout())).toEqual(STATUS)
})

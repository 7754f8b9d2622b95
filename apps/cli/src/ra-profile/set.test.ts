import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RaProfile } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const profile: RaProfile = {
  uuid: '019a0000-0000-7000-8000-000000000001',
  name: 'default',
  description: null,
  authorityInstanceUuid: '019a0000-0000-7000-8000-000000000002',
  authorityInstanceName: 'default',
  enabled: true,
  attributes: [],
  customAttributes: [],
  enabledProtocols: ['SCEP'],
  approvalRequired: true,
  approvalOfRenewals: false,
  approvalExpiry: 14,
  approvalsNeeded: 2,
  approvalRole: 'approver',
  template: {
    subject: {
      from: 'request',
      template: null,
      parts: null,
      required: true,
      allowedAttributes: null,
      requiredAttributes: [],
      commonNamePatterns: [],
    },
    subjectAltNames: {
      types: ['dns'],
      most: 100,
      required: [],
      fixed: [],
      commonName: 'ignored',
      patterns: { dns: ['*.example.com'], email: [], uri: [], ip: [], upn: [] },
    },
    keys: { rsa: true, rsaMinimumBits: 2048, rsaMaximumBits: 8192, curves: ['P-256'], ed25519: true },
    validityDays: 365,
    validUntil: null,
    backdateSeconds: 3600,
    keyUsage: 'auto',
    extendedKeyUsage: ['clientAuth'],
    allowRestrictedPurposes: [],
    certificatePolicies: [],
    extensions: [],
  },
}

let dataDir: string
let server: MockServer
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(
    ({ path }) => ({ body: JSON.stringify(path.endsWith('/raProfiles') ? [profile] : profile) }),
    join(dataDir, 'admin.sock'),
  )
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

const terminal = () => testTerminal({ env: { CHANCERY_DATA_DIR: dataDir } })

test.each([
  [
    ['--approval', 'required', '--approval-expiry', '14d'],
    { approvalRequired: true, approvalOfRenewals: true, approvalExpiry: 14 },
  ],
  [['--approval', 'first-enrolments'], { approvalRequired: true, approvalOfRenewals: false }],
  [['--approval', 'none'], { approvalRequired: false }],
  [['--approvals', '3', '--approval-role', 'approver'], { approvalsNeeded: 3, approvalRole: 'approver' }],
  [['--approval-role', 'any'], { approvalRole: null }],
])('set %j sends what is named', async (args, body) => {
  const shown = terminal()
  expect(await run(['ra-profile', 'set', ...args], shown)).toBe(0)
  const put = server.seen.find(({ method }) => method === 'PUT')
  expect(JSON.parse(String(put?.body))).toEqual(body)
  expect(shown.stdout()).toMatch(/^approval +a person must agree to first enrolments$/m)
  expect(shown.stdout()).toMatch(/^agreement +of 2 different callers, of the role approver$/m)
})

test('a set without anything to set, and a name that is not there, are refused', async () => {
  expect(await run(['ra-profile', 'set'], terminal())).toBe(1)
  expect(await run(['ra-profile', 'set', '--approvals', 'two'], terminal())).toBe(1)
  expect(await run(['ra-profile', 'set', '--approval-role', 'auditor'], terminal())).toBe(1)
  expect(server.seen).toEqual([])
  const shown = terminal()
  expect(await run(['ra-profile', 'show', 'factory'], shown)).toBe(1)
  expect(shown.stderr()).toContain('There are: default.')
})

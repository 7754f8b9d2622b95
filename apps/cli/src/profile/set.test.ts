import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Compatibility } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run.ts'
import { type MockServer, type SeenRequest, startMockServer } from '../testing/mock-server.ts'
import { testTerminal } from '../testing/test-terminal.ts'

const uuid = '019a0000-0000-7000-8000-000000000001'
const profile = {
  uuid,
  name: 'default',
  description: null,
  enabled: true,
  isDefault: true,
  raProfile: null,
  caCertificate: null,
  scepUrl: null,
  challengeKind: 'one-time',
  enableChallengePassword: false,
  renewThreshold: null,
  renewal: {
    enabled: true,
    graceDays: 3,
    key: 'new',
    names: 'subset',
    challenge: 'ignored',
    revokePredecessorAfterDays: 7,
  },
  firstEnrolments: false,
  secondCertificate: 'issue',
  includeCaCertificate: false,
  includeCaCertificateChain: false,
  allowPolling: false,
  withoutChallenge: 'wait',
  waitingExpiry: 7,
  mostWaiting: 1000,
  mostWaitingPerSource: 5,
  allowedNetworks: [],
  requestsPerMinute: null,
  concurrentRequests: null,
  webhook: null,
  enableIntune: false,
  intuneTenant: null,
  intuneApplicationId: null,
  intune: null,
  problems: ['SCEP profile "default" is disabled.'],
  warnings: ['The static challenge is worth at most 40 bits.'],
}
const row = { title: '3DES', meaning: 'Accept 3DES.', neededBy: 'old ones', values: { kind: 'boolean' as const } }
const compatibility: Compatibility = {
  profile: 'default',
  overrides: { tripleDes: false },
  switches: [{ ...row, name: 'tripleDes', value: false, default: true, overridden: true }],
  profiles: [{ name: 'default', title: 'Default', meaning: 'Everybody.' }],
}

let dataDir: string
let server: MockServer
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  server = await startMockServer(answer, join(dataDir, 'admin.sock'))
})
afterEach(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

function answer({ path }: SeenRequest) {
  if (path.endsWith('/compatibility')) return { body: JSON.stringify(compatibility) }
  return { body: JSON.stringify(path.endsWith('/scepProfiles') ? [profile] : profile) }
}

function terminal(stdin?: string) {
  return testTerminal({ env: { CHANCERY_DATA_DIR: dataDir }, ...(stdin !== undefined && { stdin }) })
}

const puts = () =>
  server.seen
    .filter(({ method, query }) => method === 'PUT' && query === '')
    .map(({ path, body }) => [path.split(uuid)[1], JSON.parse(String(body))])

test('only what is named is sent', async () => {
  const args = ['--challenge-kind', 'none', '--include-ca', 'on', '--renewal-threshold', '30', '--description', '']
  expect(await run(['profile', 'set', ...args], terminal())).toBe(0)
  expect(puts()).toEqual([
    ['', { challengeKind: 'none', includeCaCertificate: true, renewalThreshold: 30, description: null }],
  ])
})

test('of the rules about renewal, too, only what is named is sent', async () => {
  const renewal = ['--renewal', 'off', '--renewal-grace', '3d', '--renewal-key', 'new', '--renewal-names', 'same']
  const more = ['--renewal-challenge', 'required', '--revoke-predecessor-after', 'never']
  const enrolment = ['--first-enrolments', 'off', '--second-certificate', 'refuse']
  expect(await run(['profile', 'set', ...renewal, ...more, ...enrolment], terminal())).toBe(0)
  expect(await run(['profile', 'set', '--revoke-predecessor-after', '7d'], terminal())).toBe(0)
  const all = { enabled: false, graceDays: 3, key: 'new', names: 'same', challenge: 'required' }
  expect(puts()).toEqual([
    [
      '',
      {
        renewal: { ...all, revokePredecessorAfterDays: null },
        firstEnrolments: false,
        secondCertificate: 'refuse',
      },
    ],
    ['', { renewal: { revokePredecessorAfterDays: 7 } }],
  ])
})

test.each([
  ['--renewal-grace', '36h'],
  ['--revoke-predecessor-after', '0.5d'],
  ['--renewal-key', 'old'],
  ['--webhook-timeout', '5 minutes'],
  ['--requests-per-minute', 'many'],
  ['--intune-cloud', 'germany'],
  ['--intune-key-file', '/nowhere/secret.txt'],
])('%s %s is wrong usage', async (option, value) => {
  expect(await run(['profile', 'set', option, value], terminal())).toBe(1)
  expect(puts()).toEqual([])
})

test('a webhook and its key, networks and limits', async () => {
  const webhook = ['--webhook-url', 'https://hooks.example/', '--webhook-key-file', '-', '--webhook-timeout', '2.5s']
  const shown = terminal('a-key-of-the-webhook-of-32-characters\n')
  expect(await run(['profile', 'set', ...webhook, '--webhook-private', 'on', '--webhook-ca', ''], shown)).toBe(0)
  expect(shown.stdout() + shown.stderr()).not.toContain('a-key-of')
  const access = ['--allow-network', '10.0.0.0/8', '2001:db8::/32', '--requests-per-minute', '60']
  expect(await run(['profile', 'set', ...access, '--concurrent-requests', 'unlimited'], terminal())).toBe(0)
  expect(await run(['profile', 'set', '--allow-network', 'any'], terminal())).toBe(0)
  expect(puts().map(([, body]) => body)).toEqual([
    {
      webhook: {
        url: 'https://hooks.example/',
        key: 'a-key-of-the-webhook-of-32-characters',
        timeoutMilliseconds: 2500,
        allowPrivateAddresses: true,
        trustedCertificates: null,
      },
    },
    { allowedNetworks: ['10.0.0.0/8', '2001:db8::/32'], requestsPerMinute: 60, concurrentRequests: null },
    { allowedNetworks: [] },
  ])
})

test('Intune: its key comes from a file or standard input, also one of several lines, and is not printed', async () => {
  const PEM = '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'
  const certificate = join(dataDir, 'certificate.pem')
  writeFileSync(certificate, 'PEM')
  const who = ['--intune-tenant', 'contoso.com', '--intune-application', uuid, '--intune-key-file', '-']
  const shown = terminal(`${PEM}\n`)
  expect(await run(['profile', 'set', '--intune', 'on', ...who, '--intune-certificate', certificate], shown)).toBe(0)
  expect(shown.stdout() + shown.stderr()).not.toContain('MIIabc')
  const rule = ['--intune-cloud', 'custom', '--intune-unreachable', 'failure', '--intune-secret-expires', '']
  expect(await run(['profile', 'set', ...rule, '--intune-graph-url', 'https://graph.example'], terminal())).toBe(0)
  expect(await run(['profile', 'set', '--intune-secret-expires', '2027-03-01'], terminal())).toBe(0)
  expect(await run(['profile', 'set', '--intune', 'off'], terminal())).toBe(0)
  expect(puts().map(([, body]) => body)).toEqual([
    {
      enableIntune: true,
      intuneTenant: 'contoso.com',
      intuneApplicationId: uuid,
      intuneApplicationKey: PEM,
      intune: { certificate: 'PEM' },
    },
    {
      intune: {
        cloud: 'custom',
        whenUnreachable: 'failure',
        secretExpiresAt: null,
        graphUrl: 'https://graph.example',
      },
    },
    { intune: { secretExpiresAt: '2027-03-01' } },
    { enableIntune: false },
  ])
})

test('the static challenge comes from a file or standard input, is not printed, and warnings are', async () => {
  const shown = terminal('a static challenge\n')
  expect(await run(['profile', 'set', 'default', '--static-challenge-file', '-'], shown)).toBe(0)
  expect(puts()).toEqual([['', { enableChallengePassword: true, challengePassword: 'a static challenge' }]])
  expect(shown.stdout() + shown.stderr()).not.toContain('a static challenge')
  expect(shown.stderr()).toContain('warning: The static challenge is worth at most 40 bits.')
})

test('single switches are added to those set before, unless these are reset', async () => {
  expect(await run(['profile', 'set', '--compatibility', 'legacy', '--switch', 'tripleDes=on'], terminal())).toBe(0)
  expect(await run(['profile', 'set', '--reset-switches'], terminal())).toBe(0)
  expect(puts().filter(([path]) => path === '/compatibility')).toEqual([
    ['/compatibility', { profile: 'legacy', overrides: { tripleDes: true } }],
    ['/compatibility', { overrides: {} }],
  ])
})

test('requests without a challenge: what becomes of them, for how long, and how many', async () => {
  const args = ['--without-challenge', 'wait', '--waiting-expiry', '3d', '--most-waiting', '50']
  expect(await run(['profile', 'set', ...args, '--most-waiting-per-source', '2'], terminal())).toBe(0)
  expect(puts()).toEqual([
    ['', { withoutChallenge: 'wait', waitingExpiry: 3, mostWaiting: 50, mostWaitingPerSource: 2 }],
  ])
})

test('a set without anything to set is wrong usage', async () => {
  expect(await run(['profile', 'set'], terminal())).toBe(1)
  expect(puts()).toEqual([])
})

test('show prints settings and switches, the ones that differ marked', async () => {
  const shown = terminal()
  expect(await run(['profile', 'show'], shown)).toBe(0)
  expect(shown.stdout()).toMatch(/^challenge +one-time$/m)
  expect(shown.stdout()).toMatch(/^not served +SCEP profile "default" is disabled\.$/m)
  expect(shown.stdout()).toMatch(/^renewal +in the second half of the validity, and until 3 days after the end$/m)
  expect(shown.stdout()).toMatch(/^renewal wants +a new key, all or some of the names, no challenge$/m)
  expect(shown.stdout()).toMatch(/^old certificate +revoked 7 days after its renewal$/m)
  expect(shown.stdout()).toMatch(/^new devices +no: renewals only$/m)
  expect(shown.stdout()).toMatch(/^ {2}tripleDes=off +\* Accept 3DES\.\n +for old ones$/m)
})

test('show --json prints profile and switches in one object', async () => {
  const shown = terminal()
  expect(await run(['profile', 'show', '--json'], shown)).toBe(0)
  expect(JSON.parse(shown.stdout())).toEqual({ ...profile, compatibility })
})

test('a profile that is not there is named with those there are', async () => {
  const shown = terminal()
  expect(await run(['profile', 'show', 'factory'], shown)).toBe(1)
  expect(shown.stderr()).toContain('There are: default.')
})

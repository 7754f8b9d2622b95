import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowRenewalAlways, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { PROFILE_PATH } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** Our own server, examined as anybody would examine it. */
interface Report {
  readonly conclusion: string
  readonly findings: readonly { readonly verdict: string; readonly clauses: string[]; readonly sentence: string }[]
  readonly skipped: readonly { readonly check: string }[]
  readonly issued: { readonly subject: string } | null
}

const folder = temporaryFolder()
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

async function probe(...options: string[]): Promise<{ code: number | null; report: Report }> {
  const { code, stdout, stderr } = await chancery(folder, [
    ...['scep', 'probe', `${server.url}${PROFILE_PATH}`, '--json', ...options],
  ])
  expect(stdout.toString(), stderr.toString()).not.toBe('')
  return { code, report: JSON.parse(stdout.toString()) as Report }
}

const broken = ({ findings }: Report) => findings.filter(({ verdict }) => verdict === 'broken')

test('nothing is broken, and without a challenge nothing is left behind', async () => {
  const { code, report } = await probe()
  expect(broken(report)).toEqual([])
  expect(code).toBe(0)
  expect(report.skipped.map(({ check }) => check)).toEqual(['closed-door', 'enrolment', 'afterwards', 'renewal'])
  expect(server.log()).toContain('"outcome":"refused"')
  expect(server.log()).not.toMatch(/"outcome":"(issued|pending)"/)
})

test('nothing is broken with a challenge either, which gets one certificate and its successor', async () => {
  await allowRenewalAlways(server)
  const html = join(folder, 'report.html')
  const challenge = await createChallenge(server)
  const { code, report } = await probe('--challenge', challenge, '--one-time', '--html', html)
  expect(broken(report)).toEqual([])
  expect(code).toBe(0)
  expect(report.skipped).toEqual([])
  expect(report.issued?.subject).toBe('CN=chancery-probe')
  const met = new Set(report.findings.flatMap(({ verdict, clauses }) => (verdict === 'met' ? clauses : [])))
  for (const clause of ['S-2.4-05', 'S-5.2-02', 'S-5.2-08', 'S-5.2-09', 'S-2.3-12', 'S-3.5.2-08']) {
    expect(met, clause).toContain(clause)
  }
  expect(server.log().match(/"outcome":"issued"/g)).toHaveLength(2)
  const page = readFileSync(html, 'utf8')
  expect(page).toContain("default-src 'none'")
  expect(page).not.toContain(challenge)
})

test('a server that is not there is told as that', async () => {
  const { code, stderr } = await chancery(folder, ['scep', 'probe', 'http://127.0.0.1:1/scep'])
  expect(code).toBe(3)
  expect(stderr).toContain('cannot be reached')
})

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { reportedProofs, type TestReport } from './conformance/proof.ts'
import { readRegister } from './conformance/register.ts'
import { countStandings, summary, unmet } from './conformance/standing.ts'
import { missingClients } from './interop/client.ts'
import { startPostgres } from './postgres.ts'

/**
 * `npm test`: every suite of the repository, then how many clauses are met, what was skipped and why, and the count alone
 * on a line.
 */

interface Report extends TestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: (TestReport['testResults'][number] & { status: string })[]
}

const ROOT = resolve(import.meta.dirname, '..')
const folder = await mkdtemp(join(tmpdir(), 'chancery-test-report-'))
const reportFile = join(folder, 'report.json')
const chosen = process.argv.slice(2)
// One for all suites: each would need seconds for one of its own.
const postgres = await startPostgres()
const exitCode = await runSuites(chosen, reportFile).finally(() => postgres.stop())
const report = await readReport(reportFile)
await rm(folder, { recursive: true, force: true })

// A part of the suites says nothing about the whole.
if (chosen.length === 0) {
  const [register, proofs] = [readRegister(), reportedProofs(report)]
  console.log(summary(countStandings(register, proofs)))
  for (const id of unmet(register, proofs)) console.log(`Not yet: ${id}`)
}

for (const client of missingClients())
  console.log(
    `Skipped: ${client.name} is not here (apt-get install ${client.packages.join(' ')}; or .ci/run, which does it)`,
  )

// A file that does not even load has no tests to count; it is one failure.
const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
const failed = report.numFailedTests + broken.length
const skipped = report.numPendingTests + report.numTodoTests
console.log(`\n${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 || report.numPassedTests === 0 ? 1 : exitCode

function runSuites(args: readonly string[], outputFile: string): Promise<number> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`]
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: postgres.url },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function readReport(path: string): Promise<Report> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Report
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  }
}

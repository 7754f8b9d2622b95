/**
 * `npm run bench`: starts the real server on an empty store, drives it, and prints one line of JSON a figure.
 * Ratios of one run can be compared between machines and days; absolute times cannot.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHALLENGE, makeTemplate, SCEP_PATH } from './bench-server.ts'
import { measureEnrolment } from './enrolment.ts'
import { measureGrowth } from './growth.ts'
import { measureInventory } from './inventory/measure.ts'
import { measureCrl } from './loaded/crl.ts'
import { measureLarge } from './loaded/large.ts'
import { measureOcsp } from './ocsp.ts'
import { measureRefusalTiming } from './refusal/measure.ts'
import { WorkloadMaker } from './workload.ts'

const MEASUREMENTS = {
  enrolment: measureEnrolment,
  growth: measureGrowth,
  ocsp: measureOcsp,
  inventory: measureInventory,
  'enrolment-large': measureLarge,
  'enrolment-crl': measureCrl,
  'refusal-timing': measureRefusalTiming,
}
/** Statistics of many minutes, which only their name starts. */
const ONLY_BY_NAME: ReadonlySet<string> = new Set(['refusal-timing', 'inventory', 'enrolment-large', 'enrolment-crl'])

const wanted = process.argv.slice(2).filter((word) => word !== '--only')
const unknown = wanted.filter((name) => !Object.hasOwn(MEASUREMENTS, name))
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}; there are ${Object.keys(MEASUREMENTS).join(', ')}\n`)
  process.exit(1)
}

const directory = mkdtempSync(join(tmpdir(), 'chancery-bench-messages-'))
const template = await makeTemplate()
const maker = new WorkloadMaker(directory, {
  recipient: template.recipient.der.toString('base64'),
  challenge: CHALLENGE,
  host: '127.0.0.1',
  path: SCEP_PATH,
})
try {
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (wanted.includes(name) || (wanted.length === 0 && !ONLY_BY_NAME.has(name))) await measure(template, maker)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
  rmSync(template.dataDirectory, { recursive: true, force: true })
}

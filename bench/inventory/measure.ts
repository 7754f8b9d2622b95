import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeCertificate } from '../../apps/server/src/admin/certificate/describe.ts'
import { toEntry } from '../../packages/store/src/certificate/row.ts'
import { termsOf } from '../../packages/store/src/certificate/term.ts'
import { setStaticChallenge } from '../../tests/admin.ts'
import { enrol, fetchCa, newDevice, sealEnrolment } from '../../tests/device.ts'
import type { TestServer } from '../../tests/server.ts'
import { CHALLENGE, startBenchServer } from '../bench-server.ts'
import { median } from '../ceiling.ts'
import { figure, say } from '../figure.ts'
import { type EmptyStore, onBothDatabases } from './both-databases.ts'
import type { BenchDatabase } from './database.ts'
import { endOf, fill, nameOf, type Sample, uuidOf } from './fill.ts'
import { sampleIn } from './sample.ts'

const SMALL = 10_000
const LARGE = Number(process.env.BENCH_CERTIFICATES ?? 1_000_000)
const QUESTIONS = 60
const SOME = 37

/** Questions of an administrator, with how many times its time at 10,000 each may take at 1,000,000. */
const KINDS: readonly { readonly name: string; readonly most: number; path(index: number, of: number): string }[] = [
  { name: 'list', most: 2, path: () => '/v1/certificates' },
  { name: 'list-valid-of-profile', most: 2, path: () => '/v1/certificates?raProfile=default&state=valid' },
  { name: 'detail', most: 2, path: (index, of) => `/v1/certificates/${uuidOf(pick(index, of))}` },
  { name: 'search-one', most: 5, path: (index, of) => search(nameOf(pick(index, of)).split('.')[0] as string) },
  { name: 'search-common', most: 5, path: () => search('example') },
  { name: 'search-two', most: 5, path: (index) => search(`example floor${index % 50}`) },
  { name: 'search-beginning', most: 5, path: (index) => search(`device000${index % 10}`) },
  { name: 'expiring', most: 5, path: () => `/v1/certificates?expiresBefore=${inDays(30)}` },
]

/** The inventory over HTTP at 10,000 and at 1,000,000 certificates, on both databases. */
export function measureInventory(): Promise<void> {
  return onBothDatabases(async (newStore) => {
    const folder = mkdtempSync(join(tmpdir(), 'chancery-bench-inventory-'))
    try {
      await measureOn(folder, await newStore())
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

async function measureOn(dataDir: string, { env, open }: EmptyStore): Promise<void> {
  const server = await startBenchServer({ dataDir, env: { CHANCERY_LOG: 'warn', ...env } })
  await setStaticChallenge(server, CHALLENGE)
  const ca = await fetchCa(server.url)
  await enrol(
    server.url,
    await sealEnrolment(await newDevice(), ca, { subject: `CN=${nameOf(0)}`, challenge: CHALLENGE }),
    ca,
  )
  await server.stop()

  const database = await open(dataDir)
  const sample = await sampleIn(database)
  await fill(database, sample, 1, SMALL)
  await proveTerms(database, sample)
  const small = await ask(server, SMALL, database.name)
  say(`inventory: ${database.name}, filling up to ${LARGE}`)
  await fill(database, sample, SMALL + 1, LARGE)
  const large = await ask(server, LARGE, database.name)
  await database.close()
  for (const { name, most } of KINDS) {
    const [at10k, atMost] = [small.get(name) ?? Number.NaN, large.get(name) ?? Number.NaN]
    const about = { database: database.name, certificates: LARGE, medianAtSmall: round(at10k), median: round(atMost) }
    figure(`inventory-${name}`, atMost / at10k, 'ratio', { ...about, target: `<= ${most}` })
  }
}

/** Medians in milliseconds, one request after the other. */
async function ask(server: TestServer, certificates: number, database: string): Promise<Map<string, number>> {
  await server.restart()
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const medians = new Map<string, number>()
  for (const { name, path } of KINDS) {
    const times: number[] = []
    for (let index = 0; index < QUESTIONS; index++) {
      const start = performance.now()
      const answer = await fetch(`${server.url}/api${path(index, certificates)}`, { headers })
      const text = await answer.text()
      times.push(performance.now() - start)
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`)
    }
    medians.set(name, median(times))
  }
  say(`inventory: ${database}, ${certificates}: ${JSON.stringify(Object.fromEntries(medians))}`)
  await server.stop()
  return medians
}

const EMPTY_ROW = {
  uuid: '',
  purpose: 'device',
  issuer_id: 1,
  serial: '00',
  digest: Buffer.alloc(32),
  not_before: 0,
  state: 'issued',
  revoked_at: null,
  revocation_reason: null,
  predecessor: null,
  endpoint: 'scepProfile/default',
  transaction_uuid: null,
  created_at: 0,
  ra_profile: 'default',
  transaction_scep_profile: null,
  authority: 'default',
  transaction_id: null,
  der: null,
} as const

/** The fill is worth nothing if it makes other terms than the job. */
async function proveTerms(database: BenchDatabase, sample: Sample): Promise<void> {
  const rows = await database.run(`select term from certificate_term where certificate_id = ${sample.firstId + SOME}`)
  const filled = rows.map(({ term }) => String(term)).toSorted()
  const entry = toEntry({
    ...EMPTY_ROW,
    id: sample.firstId + SOME,
    subject: `CN=${nameOf(SOME)}`,
    subject_alt_names: JSON.stringify([`DNS:${nameOf(SOME)}`]),
    not_after: endOf(sample, SOME),
  })
  const made = [...termsOf(entry, { ...describeCertificate(sample.der), names: [] })].toSorted()
  if (JSON.stringify(filled) !== JSON.stringify(made)) {
    throw new Error(`the fill has other terms than the job:\n${filled.join(' ')}\n${made.join(' ')}`)
  }
}

function search(text: string): string {
  return `/v1/certificates?search=${encodeURIComponent(text)}`
}

function pick(index: number, of: number): number {
  return 1 + Math.floor(((index * SOME) % QUESTIONS) * ((of - 1) / QUESTIONS))
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

function round(milliseconds: number): number {
  return Number(milliseconds.toPrecision(3))
}

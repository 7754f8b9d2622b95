import type { BenchDatabase } from './database.ts'

/** What every certificate of the fill has in common: a real one that was issued through the profile `default`. */
export interface Sample {
  readonly der: Buffer
  readonly issuerId: number
  readonly raProfileId: number
  /** Microseconds. */
  readonly now: number
  /** Its id is below all of the fill. */
  readonly firstId: number
}

const DAY_MICROSECONDS = 86_400_000_000
/** Certificates end on so many days. */
export const DAYS = 365
const FLOORS = 50
const AT_ONCE = 100_000

/** The jobs that go through all certificates: none of them is to work through these while something is measured. */
const PASSED_BY = ['indexCertificates', 'countCertificates']

/** The name of the nth. */
export function nameOf(n: number): string {
  return `device${String(n).padStart(7, '0')}.floor${n % FLOORS}.example.com`
}

/** When the nth ends, in microseconds. */
export function endOf({ now }: Pick<Sample, 'now'>, n: number): number {
  return now + ((n % DAYS) + 1) * DAY_MICROSECONDS
}

/** UUID of the nth. */
export function uuidOf(n: number): string {
  const hex = n.toString(16)
  return `${hex.padStart(8, '0')}-0000-7000-8000-${hex.padStart(12, '0')}`
}

/**
 * Certificates number `from` to `to` with the terms that the job `indexCertificates` would write for them; the rows of a term
 * one after the other, because a million in the order of certificates would take an hour.
 */
export async function fill(database: BenchDatabase, sample: Sample, from: number, to: number): Promise<void> {
  for (let start = from; start <= to; start += AT_ONCE) {
    await insertCertificates(database, sample, start, Math.min(to, start + AT_ONCE - 1))
  }
  await insertTerms(database, sample, from, to)
  for (const job of PASSED_BY) {
    await database.run(
      `insert into job_position (name, position) values ('${job}', ${sample.firstId + to})
        on conflict (name) do update set position = excluded.position`,
    )
  }
  await database.settle()
}

async function insertCertificates(database: BenchDatabase, sample: Sample, from: number, to: number): Promise<void> {
  const { digits, hex, octets } = database
  const name = `'device' || ${digits('s.n')} || '.floor' || (s.n % ${FLOORS}) || '.example.com'`
  const end = `${sample.now} + (s.n % ${DAYS} + 1) * ${DAY_MICROSECONDS}`
  await database.run(
    `insert into certificate (id, uuid, purpose, issuer_id, serial, der, digest, key_digest, subject, subject_alt_names,
      not_before, not_after, state, release, endpoint, ra_profile_id, created_at, subject_digest)
    select ${sample.firstId} + s.n, ${hex('s.n', 8)} || '-0000-7000-8000-' || ${hex('s.n', 12)}, 'device', ${sample.issuerId},
      ${hex('s.n', 8)} || ${hex('s.n * 7', 24)}, cast(? as ${database.name === 'sqlite' ? 'blob' : 'bytea'}),
      ${octets("'d' || s.n")}, ${octets("'k' || s.n")}, 'CN=' || ${name}, '["DNS:' || ${name} || '"]',
      ${sample.now}, ${end}, 'issued', 'free', 'scepProfile/default', ${sample.raProfileId}, ${sample.now}, ${octets("'s' || s.n")}
    from ${database.series(from, to)}`,
    [sample.der],
  )
}

async function insertTerms(database: BenchDatabase, sample: Sample, from: number, to: number): Promise<void> {
  const id = `${sample.firstId} + s.n`
  const insert = (term: string, source: string, order = '') =>
    database.run(`insert into certificate_term (term, certificate_id) select ${term}, ${id} from ${source} ${order}`)
  const all = database.series(from, to)
  const device = `'device' || ${database.digits('s.n')}`
  const floor = `'floor' || (s.n % ${FLOORS})`
  await insert(device, all)
  await insert(`'/' || ${device} || '.' || ${floor} || '.example.com'`, all)
  const byFloor = `order by s.n % ${FLOORS}, s.n`
  await insert(floor, all, byFloor)
  await insert(`'/' || ${floor} || '.example.com'`, all, byFloor)
  for (const term of COMMON_TERMS) await insert(`'${term}'`, all)
  const months = new Map<string, number[]>()
  for (let day = 0; day < DAYS; day++) {
    const text = new Date(endOf(sample, day) / 1000).toISOString().slice(0, 10)
    await insert(`'=day:${text}'`, `${all} where s.n % ${DAYS} = ${day}`)
    months.set(text.slice(0, 7), [...(months.get(text.slice(0, 7)) ?? []), day])
  }
  const years = new Map<string, number[]>()
  for (const [month, days] of months) {
    await insert(`'=month:${month}'`, `${all} where s.n % ${DAYS} in (${days.join(', ')})`)
    years.set(month.slice(0, 4), [...(years.get(month.slice(0, 4)) ?? []), ...days])
  }
  for (const [year, days] of years) {
    await insert(`'=year:${year}'`, `${all} where s.n % ${DAYS} in (${days.join(', ')})`)
  }
}

/** In every certificate of the fill. */
export const COMMON_TERMS = [
  'example',
  'com',
  '/example.com',
  '=authority:default',
  '=ra:default',
  '=scep:default',
  '=protocol:scep',
  '=key:rsa-2048',
]

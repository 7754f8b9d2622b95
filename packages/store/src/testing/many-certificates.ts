import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { compilers, statement } from '../statement.ts'
import { NOW } from './sample.ts'

const MICROSECONDS_OF_DAY = 86_400_000_000
const start = sql.lit(NOW.getTime() * 1000)

/**
 * Rows of so many certificates, without transactions: `device0000001.floor1.example.local`, of which every third is in the
 * north, every hundredth on hold or revoked, and every five hundredth of the SCEP profile `rare`.
 */
export async function manyCertificates(driver: Driver, count: number): Promise<void> {
  const insert = statement((db) => {
    const isPostgres = db === compilers.postgres
    const numbers = isPostgres
      ? sql`select generate_series(1, ${sql.lit(count)}) as i`
      : sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(count)}) select i from n`
    const digits = isPostgres ? sql`lpad(i::text, 7, '0')` : sql`printf('%07d', i)`
    const octets = isPostgres ? sql`sha256(i::text::bytea)` : sql`cast(printf('%032d', i) as blob)`
    const name = sql`'device' || ${digits} || '.floor' || (i % 10) || '.example.local'`
    const rows = sql`insert into certificate (uuid, purpose, issuer_id, serial, der, digest, key_digest, subject,
        subject_alt_names, not_before, not_after, state, revoked_at, revocation_reason, release, endpoint, ra_profile_id, created_at)
      select 'device-' || ${digits}, 'device', (select min(id) from issuer), 'aa' || ${digits}, ${octets}, ${octets}, ${octets},
        'CN=' || ${name} || ',OU=' || case when i % 3 = 0 then 'north' else 'south' end, '["DNS:' || ${name} || '"]',
        ${start}, ${start} + ${sql.lit(MICROSECONDS_OF_DAY)} * (i % 400 - 20),
        case when i % 100 = 0 then 'revoked' else 'issued' end, case when i % 100 = 0 then ${start} end,
        case when i % 100 = 0 then case when i % 200 = 0 then 6 else 4 end end, 'free',
        'scepProfile/' || case when i % 500 = 0 then 'rare' else 'default' end, (select min(id) from ra_profile), ${start}
      from (${numbers}) numbers`
    return { compile: () => rows.compile(db) }
  })
  await driver.commit({ writes: [{ statement: insert, values: {}, expect: 'any', otherwise: 'state' }] })
}

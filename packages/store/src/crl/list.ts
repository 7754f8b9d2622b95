import { type Kysely, type RawBuilder, sql } from 'kysely'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { Database } from '../schema/tables.ts'
import { compilers } from '../statement.ts'

/** Microseconds; the serial number is lower-case hexadecimal; CRLReason is RFC 5280 §5.3.1. */
export type RevokedRow = readonly [serial: string, at: number, reason: number, shard: number, notAfter: number]
export type ChangedRow = readonly [serial: string, at: number, reason: number, shard: number, sequence: number]

/** Lists as JSON: whoever makes a CRL of them reads them in a thread of his own. */
export interface BuiltList {
  /** How often the standing of a certificate of this issuer had changed. */
  readonly revocations: number
  /** JSON of `RevokedRow[]`. */
  readonly revoked: string
  /** JSON of `ChangedRow[]`: the newest change of each; removeFromCRL (8) where it was released. */
  readonly changed: string
}

/** One statement, so that count and lists are of one snapshot; one row, so that it costs the loop nothing. */
export async function buildList(
  driver: Driver,
  issuerId: number,
  { since, endsFrom }: { readonly since: number; readonly endsFrom: Date },
): Promise<BuiltList> {
  const [found] = await driver.report((db) => {
    const query = sql<BuiltList>`select issuer.revocations,
      (select ${rows(db, ['c.serial', 'c.revoked_at', 'c.revocation_reason', 'c.shard', 'c.not_after'])} from certificate c
        where c.issuer_id = issuer.id and c.state = 'revoked' and c.not_after >= ${fromDate(endsFrom)}) as revoked,
      (select ${rows(db, ['r.serial', 'r.at', 'r.reason', 'c.shard', 'r.sequence'])} from revocation_change r
        inner join certificate c on c.uuid = r.certificate_uuid
        where r.issuer_id = issuer.id and r.sequence > ${since} and not exists (select 1 from revocation_change later
          where later.certificate_uuid = r.certificate_uuid and later.sequence > r.sequence)) as changed
      from issuer where issuer.id = ${issuerId}`
    return { compile: () => query.compile(db) }
  })
  return found ?? { revocations: 0, revoked: '[]', changed: '[]' }
}

function rows(db: Kysely<Database>, columns: readonly string[]): RawBuilder<string> {
  const all = sql.join(columns.map((column) => sql.ref(column)))
  return db === compilers.postgres
    ? sql<string>`coalesce(json_agg(json_build_array(${all}))::text, '[]')`
    : sql<string>`json_group_array(json_array(${all}))`
}

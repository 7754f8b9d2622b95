import type { Compilable, Kysely } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/**
 * What revocation and jobs on several nodes need. An issuer counts its revocations and a CRL says how many it has seen:
 * where they differ, a CRL is due. Code of schema 1 leaves both at 0, so its CRLs are made again.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
export function revocation(db: Kysely<any>, { text, integer, tableOptions }: ColumnTypes): Compilable[] {
  return [
    db.schema.alterTable('issuer').addColumn('revocations', integer, (c) => c.notNull().defaultTo(0)),
    db.schema.alterTable('crl').addColumn('revocations', integer, (c) => c.notNull().defaultTo(0)),
    db.schema
      .createTable('job_lease')
      .modifyEnd(tableOptions)
      .addColumn('name', text, (c) => c.primaryKey().notNull())
      .addColumn('holder', text, (c) => c.notNull())
      .addColumn('token', integer, (c) => c.notNull())
      .addColumn('expires_at', integer, (c) => c.notNull()),
  ]
}

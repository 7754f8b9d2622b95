import type { Compilable, Kysely } from 'kysely'
import { enrolment } from './0001-enrolment.ts'
import { revocation } from './0002-revocation.ts'
import { waiting } from './0003-waiting.ts'
import { services } from './0004-services.ts'
import { record } from './0005-record.ts'
import { vouched } from './0006-vouched.ts'
import type { ColumnTypes } from './column-types.ts'

export interface Migration {
  /** 1 for the first, without gaps. */
  readonly schema: number
  /** The oldest schema number whose code still reads and writes a store after this one: expand first, contract later. */
  readonly oldestReader: number
  // biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
  readonly statements: (db: Kysely<any>, types: ColumnTypes) => readonly Compilable[]
}

export const MIGRATIONS: readonly Migration[] = [
  { schema: 1, oldestReader: 1, statements: enrolment },
  { schema: 2, oldestReader: 1, statements: revocation },
  // Older code knows of no approval and would issue without one.
  { schema: 3, oldestReader: 3, statements: waiting },
  // Older code knows of nothing disabled or deleted and would serve it.
  { schema: 4, oldestReader: 4, statements: services },
  // Older code revokes without the history that a delta CRL is made of, and lets go on what is not audited.
  { schema: 5, oldestReader: 5, statements: record },
  // Older code would hand out certificates of which whoever vouched has not heard.
  { schema: 6, oldestReader: 6, statements: vouched },
]

/** The schema that this code was written for. */
export const SCHEMA_NUMBER = MIGRATIONS.length

/** Marks a database as ours. */
export const PRODUCT = 'chancery'

import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../schema/tables.ts'
import { compilers, slot } from '../statement.ts'

/** The texts of a JSON list, for `in`: one statement for lists of every length. */
export function textsOf(db: Kysely<Database>, name: string): RawBuilder<string> {
  return db === compilers.postgres
    ? sql<string>`(select jsonb_array_elements_text(cast(${slot(name)} as jsonb)))`
    : sql<string>`(select value from json_each(${slot(name)}))`
}

import { type RawBuilder, sql } from 'kysely'

/** Conditions of reports. */

/** The profiles whose rows somebody may see: of either kind. */
export interface ProfileReach {
  readonly scepProfileIds: readonly number[]
  readonly raProfileIds: readonly number[]
}

/** In any case of its letters. Not LIKE: nothing in what is looked for has a meaning of its own. */
export function contains(column: RawBuilder<unknown>, part: string): RawBuilder<unknown> {
  return sql`replace(lower(${column}), lower(${part}), '') <> lower(${column})`
}

/** @param table its name in the query */
export function within({ scepProfileIds, raProfileIds }: ProfileReach, table: string): RawBuilder<unknown> {
  const isOne = (column: string, ids: readonly number[]) =>
    ids.length === 0 ? sql`1 = 0` : sql`${sql.ref(`${table}.${column}`)} in (${sql.join(ids)})`
  return sql`(${isOne('scep_profile_id', scepProfileIds)} or ${isOne('ra_profile_id', raProfileIds)})`
}

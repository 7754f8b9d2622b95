import type { UnitConflict } from '@chancery/ra'
import type { Statement, Value, Values } from './statement.ts'

/** One conditional write: it must hit exactly one row, or the whole unit is not done. */
export interface Write {
  readonly statement: Statement
  readonly values: Values
  /** `any`: also no row, or several. */
  readonly expect?: 'any'
  /** What it means when no row met the condition. */
  readonly otherwise: UnitConflict
  /** What a violated unique index means; without it, that is an error. */
  readonly unique?: UnitConflict
}

/** What is committed together or not at all: a value, not a callback (design, rule 1). */
export interface Unit {
  readonly writes: readonly Write[]
  /** Later writes read what earlier ones wrote. Costs a round trip a write on PostgreSQL; for rare changes only. */
  readonly sequential?: true
  /** The unit raised the version of the configuration: other processes are told. */
  readonly announce?: true
}

export type UnitResult =
  /** With the `returning` column of the last write that has one. */
  | { readonly status: 'committed'; readonly returned?: Value }
  | { readonly status: 'conflict'; readonly on: UnitConflict }

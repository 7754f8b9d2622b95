import { bind, type CompiledStatement, compileStatement, type Slot, type Statement, type Value } from '../statement.ts'
import type { Unit, Write } from '../unit.ts'

/** A unit as one statement: one round trip, one implicit transaction. */
export interface UnitStatement {
  /** Under which each connection prepares it once. */
  readonly name: string
  readonly text: string
  /** Parameters of each write in turn. */
  readonly parameters: readonly (readonly (Slot | Value)[])[]
}

/** Units of the same writes are the same statement; there are few such shapes, and each is composed once. */
export class UnitStatements {
  readonly #compiled = new Map<Statement, CompiledStatement & { readonly number: number }>()
  readonly #composed = new Map<string, UnitStatement>()

  of({ writes }: Unit): UnitStatement {
    const shape = writes.map((write) => `${this.compile(write.statement).number}${write.expect ?? ''}`).join(' ')
    let composed = this.#composed.get(shape)
    if (composed === undefined) {
      const compiled = writes.map((write) => this.compile(write.statement))
      composed = {
        name: `unit_${this.#composed.size}`,
        text: compose(writes, compiled),
        parameters: compiled.map(({ parameters }) => parameters),
      }
      this.#composed.set(shape, composed)
    }
    return composed
  }

  compile(statement: Statement): CompiledStatement & { readonly number: number } {
    let compiled = this.#compiled.get(statement)
    if (compiled === undefined) {
      compiled = { ...compileStatement(statement, 'postgres'), number: this.#compiled.size }
      this.#compiled.set(statement, compiled)
    }
    return compiled
  }
}

export function bindUnit({ parameters }: UnitStatement, { writes }: Unit): Value[] {
  return writes.flatMap(({ values }, index) => bind(parameters[index] ?? [], values))
}

/** Which write aborted the statement; undefined when the error is another one. */
export function failedWrite(message: string): number | undefined {
  const match = /"unit:(\d+):/.exec(message)
  return match === null ? undefined : Number(match[1])
}

/**
 * All parts of one statement see the same snapshot and run in no promised order, unless one reads what another returns.
 * So each write asks for the row count of the one before: that fixes the order (the unique identity is tried before the
 * challenge is touched, the predecessor is superseded before its successor is inserted) and stops after the first
 * failure. The outermost SELECT then casts a text that is no number, which undoes the whole statement and names the write.
 */
function compose(writes: readonly Write[], compiled: readonly CompiledStatement[]): string {
  let offset = 0
  const parts = compiled.map(({ sql, parameters }, index) => {
    const text = sql.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + offset}`)
    offset += parameters.length
    const guard = guards(writes, index).join(' and ')
    const guarded = guard === '' ? text : `${text} ${hasWhere(text) ? 'and' : 'where'} ${guard}`
    return `w${index} as (${guarded}${returningClause(writes[index]?.statement)})`
  })
  const checks = writes.flatMap(({ expect }, index) =>
    expect === 'any' ? [] : [`when ${rows(index)} <> 1 then cast('unit:${index}:' || ${rows(index)} as integer)`],
  )
  const returning = writes.findLastIndex(({ statement }) => statement.returning !== undefined)
  const returned = returning < 0 ? 'null' : `(select "${writes[returning]?.statement.returning}" from w${returning})`
  const outcome = checks.length === 0 ? '0' : `case ${checks.join(' ')} else 0 end`
  return `with ${parts.join(', ')} select ${outcome} as outcome, ${returned} as returned`
}

function guards(writes: readonly Write[], index: number): string[] {
  const exact = writes.findLastIndex(({ expect }, before) => before < index && expect !== 'any')
  const required = exact < 0 ? [] : [`${rows(exact)} = 1`]
  return exact === index - 1 ? required : [...required, `${rows(index - 1)} >= 0`]
}

function rows(index: number): string {
  return `(select count(*) from w${index})`
}

function returningClause(statement: Statement | undefined): string {
  if (statement?.reads === true) return ''
  return statement?.returning === undefined ? ' returning 1' : ` returning "${statement.returning}"`
}

/** Whether the statement itself has a WHERE, not one of the queries in its parentheses. */
function hasWhere(sql: string): boolean {
  let flat = sql
  while (/\([^()]*\)/.test(flat)) flat = flat.replace(/\([^()]*\)/g, '')
  return /\swhere\s/.test(flat)
}

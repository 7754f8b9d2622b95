import { sql } from 'kysely'
import { condition, slot } from '../statement.ts'
import type { Write } from '../unit.ts'

/**
 * A name stands for one person or program, whenever and wherever it is recorded: who decided about a request is counted by
 * it. So no user is called as a token ever was, and no token as a user.
 */
export function nobodyElseIsCalled(name: string, as: 'user' | 'token'): Write {
  return { statement: as === 'user' ? noToken : noUser, values: { name }, otherwise: 'state' }
}

const none = (table: 'user' | 'api_token') =>
  condition((db) => ({
    compile: () =>
      sql`select 1 as free where not exists (select 1 from ${sql.table(table)} where name = ${slot('name')})`.compile(
        db,
      ),
  }))

const noUser = none('user')
const noToken = none('api_token')

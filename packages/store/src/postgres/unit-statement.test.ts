import { expect, test } from 'vitest'
import { insertRow, slot, statement } from '../statement.ts'
import { bindUnit, failedWrite, UnitStatements } from './unit-statement.ts'

const take = statement((db) =>
  db.updateTable('challenge').set({ remaining: 0 }).where('id', '=', slot<number>('challenge')),
)
const use = statement(
  (db) =>
    insertRow(db, 'challenge_use', {
      challenge_id: slot('challenge'),
      transaction_uuid: slot('transaction'),
      state: 'spent',
      changed_at: 1,
    }),
  'transaction_uuid',
)
const VALUES = { challenge: 5, transaction: 'uuid' }

test('a unit is one statement in which each write waits for the row count of the one before', () => {
  const unit = {
    writes: [
      { statement: take, values: VALUES, otherwise: 'challenge' as const },
      { statement: use, values: VALUES, otherwise: 'state' as const },
    ],
  }
  const composed = new UnitStatements().of(unit)
  expect(composed.text).toBe(
    'with w0 as (update "challenge" set "remaining" = $1 where "id" = $2 returning 1), ' +
      'w1 as (insert into "challenge_use" ("challenge_id", "transaction_uuid", "state", "changed_at") select $3, $4, $5, $6 ' +
      'where (select count(*) from w0) = 1 returning "transaction_uuid") ' +
      "select case when (select count(*) from w0) <> 1 then cast('unit:0:' || (select count(*) from w0) as integer) " +
      "when (select count(*) from w1) <> 1 then cast('unit:1:' || (select count(*) from w1) as integer) else 0 end as outcome, " +
      '(select "transaction_uuid" from w1) as returned',
  )
  expect(bindUnit(composed, unit)).toEqual([0, 5, 5, 'uuid', 'spent', 1])
})

test('units of the same shape share one prepared statement, others do not', () => {
  const statements = new UnitStatements()
  const shape = (writes: (typeof take)[]) =>
    statements.of({ writes: writes.map((one) => ({ statement: one, values: {}, otherwise: 'state' as const })) })
  expect(shape([take, use])).toBe(shape([take, use]))
  expect(shape([take]).name).not.toBe(shape([use]).name)
})

test('the failed write is named by the text that could not be cast', () => {
  expect(failedWrite('invalid input syntax for type integer: "unit:3:0"')).toBe(3)
  expect(failedWrite('invalid input syntax for type integer: "x"')).toBeUndefined()
})

test('a unit that is done whatever it hits asks for no count', () => {
  const unit = { writes: [{ statement: take, values: VALUES, expect: 'any', otherwise: 'state' } as const] }
  expect(new UnitStatements().of(unit).text).toMatch(/ select 0 as outcome, null as returned$/)
})

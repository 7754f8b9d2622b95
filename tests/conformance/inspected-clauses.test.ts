import { expect, test } from 'vitest'
import { CHECKS } from '../../packages/scep/src/inspect/check/table.ts'
import { readRegister } from './register.ts'

test('every clause that an inspection may find broken is in the register', () => {
  const known = new Set(readRegister().flatMap(({ clauses }) => clauses.map(({ id }) => id)))
  const unknown = [...CHECKS.map(({ clause }) => clause), 'S-4.1-17'].filter((clause) => !known.has(clause))
  expect(unknown).toEqual([])
})

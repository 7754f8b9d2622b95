import type { UnitConflict } from '@chancery/ra'
import { condition, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'

const isVersion = condition((db) =>
  db.selectFrom('config_version').select('version').where('id', '=', 1).where('version', '=', slot<number>('version')),
)

/**
 * Nothing is begun under settings that are no longer in force (design, rule 10). On PostgreSQL this reads the
 * statement's snapshot and locks nothing: a change that commits while the unit runs comes after it.
 */
export function requireConfiguration(version: number, otherwise: UnitConflict): Write {
  return { statement: isVersion, values: { version }, otherwise }
}

const raise = statement(
  (db) =>
    db
      .updateTable('config_version')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', 1)
      .where('version', '>', 0),
  'version',
)

const raiseFrom = statement(
  (db) =>
    db
      .updateTable('config_version')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', 1)
      .where('version', '=', slot<number>('version')),
  'version',
)

/** The first write of every change of the configuration; it also lets one change follow the other. */
export function raiseVersion(expected?: number): Write {
  return expected === undefined
    ? { statement: raise, values: {}, otherwise: 'configuration' }
    : { statement: raiseFrom, values: { version: expected }, otherwise: 'configuration' }
}

import { type Statement, slot, statement } from '../../statement.ts'
import { idOf } from '../authority-key.ts'

/** Tables whose rows administrators change one by one; a deleted row is not changed any more. */
export type ServiceTable = 'authority' | 'ra_profile' | 'scep_profile'

/** Columns that point at a row of another table, and are given by its UUID. */
export type References = Readonly<Record<string, ServiceTable>>

/** One for each choice of columns, not one for each change: connections keep every statement that they have prepared. */
const updates = new Map<string, Statement>()

/** Sets these columns of the row with the UUID in `uuid`. */
export function updateOf(table: ServiceTable, columns: readonly string[], references: References = {}): Statement {
  const shape = [table, ...columns.toSorted()].join(' ')
  let update = updates.get(shape)
  if (update === undefined) {
    const set = Object.fromEntries(
      columns.map((column) => {
        const target = references[column]
        return [column, target === undefined ? slot(column) : idOf(target, column)]
      }),
    )
    // The name never changes: setting it to itself makes a change without columns a valid statement.
    update = statement((db) =>
      db
        .updateTable(table as 'authority')
        .set((eb) => ({ ...set, name: eb.ref('name') }))
        .where('uuid', '=', slot<string>('uuid'))
        .where('deleted_at', 'is', null),
    )
    updates.set(shape, update)
  }
  return update
}

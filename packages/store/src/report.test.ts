import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { StoreError } from './store-error.ts'

onBothDatabases((database, dialect) => {
  test('a report is read with its values in it, beside whatever else is asked', async () => {
    const { options } = await database.shared()
    const driver = await database.driver(options)
    const [named, none] = await Promise.all([
      driver.report((db) => db.selectFrom('scep_profile').select('name').where('name', 'in', ['default', "x' or 1=1"])),
      driver.report((db) => db.selectFrom('scep_profile').select('name').where('name', '=', 'a\0b')),
    ])
    expect([named, none]).toEqual([[{ name: 'default' }], []])
  })

  test('it cannot write, and what is wrong with it is an error of the store', async () => {
    const { options } = await database.shared()
    const driver = await database.driver(options)
    const broken = driver.report((db) => ({ compile: () => sql`select nothing from nowhere`.compile(db) }))
    await expect(broken).rejects.toThrow(dialect === 'sqlite' ? StoreError : Error)
    const written = driver.report((db) => db.updateTable('config_version').set({ version: 99 }))
    if (dialect === 'sqlite') await expect(written).rejects.toThrow(StoreError)
    else await written
  })
})

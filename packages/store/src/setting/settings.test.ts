import { DEFAULT_RETENTION } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { NOW } from '../testing/sample.ts'

onBothDatabases((database) => {
  test('retention is the default until it is set, and then what was set last', async () => {
    const { store } = await database.fresh()
    expect(await store.settings.retention()).toEqual(DEFAULT_RETENTION)
    await store.settings.setRetention({ ...DEFAULT_RETENTION, refusalDays: 7 }, NOW)
    await store.settings.setRetention({ ...DEFAULT_RETENTION, refusalDays: 8 }, NOW)
    expect(await store.settings.retention()).toEqual({ ...DEFAULT_RETENTION, refusalDays: 8 })
  })
})

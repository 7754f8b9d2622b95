import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { execute, sampleEvent } from '../testing/audit.ts'
import { NOW } from '../testing/sample.ts'

const HOUR = 3_600_000
const at = (hour: number) => new Date(NOW.getTime() + hour * HOUR)

onBothDatabases((database) => {
  /** Four segments of three events, an hour apart. */
  async function chained() {
    const { store, options } = await database.fresh()
    for (let hour = 0; hour < 4; hour++) {
      await store.audit.record(Array.from({ length: 3 }, () => sampleEvent({ at: at(hour) })))
      await store.audit.chain(at(hour))
    }
    return { store, options }
  }

  test('whole segments that are old enough are removed one by one, and what is left verifies from the checkpoint on', async () => {
    const { store } = await chained()
    const kept = (await store.audit.verify()).head
    expect(await store.audit.isPruneDue(at(0))).toBe(false)
    expect(await store.audit.prune(at(0), at(9))).toBeUndefined()
    expect(await store.audit.isPruneDue(at(1.5))).toBe(true)
    expect(await store.audit.prune(at(1.5), at(9))).toBe(3)
    expect(await store.audit.prune(at(1.5), at(9))).toBe(3)
    expect(await store.audit.prune(at(1.5), at(9)), 'the third is younger').toBeUndefined()
    await store.audit.chain(at(9))
    const old = { seq: 2, head: kept.head }
    const { problems, checkpoint, events, heads } = await store.audit.verify([kept, old])
    expect(problems).toEqual([])
    expect([checkpoint?.seq, events]).toEqual([6, 8])
    expect(heads).toEqual({ compared: 1, tooOld: 1 })
    const told = (await store.audit.after(12, 9)).map(({ event }) => [event.action, event.detail])
    expect(told).toMatchObject([
      ['audit.prune', { first: 1, last: 3 }],
      ['audit.prune', { first: 4, last: 6 }],
    ])
  })

  test('the newest segment stays however old it is, and so does one that was changed', async () => {
    const { store, options } = await chained()
    const driver = await database.driver(options)
    await execute(driver, 'update audit_segment set made_at = made_at + 1 where number = 3')
    for (let round = 0; round < 5; round++) await store.audit.prune(at(99), at(99))
    const { checkpoint, problems } = await store.audit.verify()
    expect(checkpoint?.seq).toBe(6)
    expect(problems).toMatchObject([{ kind: 'segment-changed', segment: 3 }])
  })

  test('a checkpoint that was moved is found, and nothing more is removed under an old lease', async () => {
    const { store, options } = await chained()
    const old = await store.leases.acquire('pruneAudit', 'a', 0)
    const lease = await store.leases.acquire('pruneAudit', 'b', 60)
    expect(await store.audit.prune(at(99), at(99), old)).toBeUndefined()
    expect(await store.audit.prune(at(99), at(99), lease)).toBe(3)
    const driver = await database.driver(options)
    for (const column of ['segment', 'last_seq', 'made_at']) {
      await execute(driver, `update audit_checkpoint set ${column} = ${column} + 1`)
      expect((await store.audit.verify()).problems).toContainEqual(
        expect.objectContaining({ kind: 'checkpoint-changed' }),
      )
      await execute(driver, `update audit_checkpoint set ${column} = ${column} - 1`)
    }
    expect((await store.audit.verify()).problems).toEqual([])
  })
})

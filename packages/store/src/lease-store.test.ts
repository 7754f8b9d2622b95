import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { NOW } from './testing/sample.ts'

onBothDatabases((database) => {
  test('of many nodes that ask at once one gets the lease', async () => {
    const { store, options } = await database.fresh()
    const other = await database.reopen(options)
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? store : other).leases.acquire('crl', `node ${index}`, 60)),
    )
    expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1)
  })

  test('a lease that ran out or was released goes to the next one, under a higher token', async () => {
    const { leases } = (await database.fresh()).store
    const first = await leases.acquire('crl', 'a', 0)
    const second = await leases.acquire('crl', 'b', 60)
    expect(second?.token).toBeGreaterThan(first?.token ?? Number.NaN)
    expect(await leases.acquire('crl', 'a', 60)).toBeUndefined()
    expect(await leases.acquire('another job', 'a', 60)).toBeDefined()
    if (second !== undefined) await leases.release(second)
    expect((await leases.acquire('crl', 'a', 60))?.token).toBeGreaterThan(second?.token ?? Number.NaN)
  })

  test('only the holder renews, and an old holder neither prolongs nor ends the lease of the new one', async () => {
    const { leases } = (await database.fresh()).store
    const old = await leases.acquire('crl', 'a', 0)
    if (old === undefined) expect.fail('no lease')
    expect(await leases.renew(old, 0), 'nobody has taken it').toBe(true)
    const lease = await leases.acquire('crl', 'b', 0)
    if (lease === undefined) expect.fail('no lease')
    expect(await leases.renew(lease, 60)).toBe(true)
    expect(await leases.renew(old, 60)).toBe(false)
    await leases.release(old)
    expect(await leases.acquire('crl', 'c', 60)).toBeUndefined()
  })

  test('what a job writes under a lease that somebody else has taken is refused', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    const old = await store.leases.acquire('crl', 'a', 0)
    const lease = await store.leases.acquire('crl', 'b', 60)
    const crl = { issuerId, der: randomBytes(300), thisUpdate: NOW, nextUpdate: NOW, revocations: 0 }
    expect(await store.crls.publish({ ...crl, number: 1n }, old)).toBe(false)
    expect(await store.crls.newest(issuerId)).toBeUndefined()
    expect(await store.crls.publish({ ...crl, number: 1n }, lease)).toBe(true)
    const { uuid = '' } = configuration.raCertificates[0] ?? {}
    expect(await store.configuration.promoteRaCertificate(uuid, NOW, configuration.version, old)).toEqual({
      status: 'conflict',
    })
    expect((await store.configuration.load()).version).toBe(configuration.version)
  })
})

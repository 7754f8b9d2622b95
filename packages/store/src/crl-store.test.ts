import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import type { StoredCrl } from './crl-store.ts'
import { statement } from './statement.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction } from './testing/sample.ts'

onBothDatabases((database) => {
  test('the newest CRL of an issuer is the one that is served', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    expect(await store.crls.newest(issuerId)).toBeUndefined()
    const [first, second] = [sampleCrl(issuerId, 10n), sampleCrl(issuerId, 12n)]
    expect(await store.crls.publish(first)).toBe(true)
    expect(await store.crls.publish(second)).toBe(true)
    expect(await store.crls.newest(issuerId)).toEqual(second)
  })

  test('RFC 5280 §5.2.3: a CRL whose number is not higher than the newest one is refused', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    await store.crls.publish(sampleCrl(issuerId, 10n))
    const published = await Promise.all(
      [10n, 9n, 11n, 11n].map((number) => store.crls.publish(sampleCrl(issuerId, number))),
    )
    expect(published.slice(0, 2)).toEqual([false, false])
    expect(published.slice(2).filter(Boolean)).toHaveLength(1)
    expect((await store.crls.newest(issuerId))?.number).toBe(11n)
  })

  test('a CRL lists the revoked certificates of its issuer', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    const certificate = sampleCertificate(samplePrepared(configuration))
    await store.ledger.issue(sampleTransaction(configuration), certificate)
    const listed = async (id: number, endsFrom = NOW) => {
      const { revocations, revoked, changed } = await store.crls.list(id, { since: 0, endsFrom })
      return { revocations, revoked: JSON.parse(revoked), changed: JSON.parse(changed) }
    }
    expect(await listed(issuerId)).toEqual({ revocations: 0, revoked: [], changed: [] })
    await store.revocations.revoke({ uuid: certificate.uuid, issuerId }, { at: NOW, reason: 'superseded' })
    const { serialNumber, notAfter } = certificate.prepared
    const at = NOW.getTime() * 1000
    const changed = [serialNumber.toString('hex'), at, 4, 0, 1]
    const entry = [serialNumber.toString('hex'), at, 4, 0, notAfter.getTime() * 1000]
    expect(await listed(issuerId)).toEqual({ revocations: 1, revoked: [entry], changed: [changed] })
    expect((await listed(issuerId, new Date(notAfter.getTime() + 1))).revoked, 'it has ended').toEqual([])
    expect(await listed(issuerId + 1)).toEqual({ revocations: 0, revoked: [], changed: [] })
  })

  test('a complete CRL that deltas add to stays until it has ended, and a delta is the only one', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    const delta = { shard: 0, kind: 'delta' } as const
    const keepBasesFrom = NOW
    await store.crls.publish({ ...sampleCrl(issuerId, 10n), base: 10n, keepBasesFrom })
    expect(await store.crls.publish({ ...sampleCrl(issuerId, 10n), place: delta, base: 10n }), 'of one number').toBe(
      true,
    )
    await store.crls.publish({ ...sampleCrl(issuerId, 11n), keepBasesFrom })
    await store.crls.publish({ ...sampleCrl(issuerId, 12n), keepBasesFrom })
    expect(await store.crls.publish({ ...sampleCrl(issuerId, 11n), place: delta, base: 10n }), 'below').toBe(false)
    expect(await store.crls.publish({ ...sampleCrl(issuerId, 12n), place: delta, base: 10n })).toBe(true)
    const facts = (await store.crls.facts(issuerId)).map(({ kind, number, isBase }) => [kind, number, isBase])
    expect(facts).toEqual([
      ['full', 10n, true],
      ['delta', 12n, false],
      ['full', 12n, false],
    ])
    expect(await store.crls.states()).toMatchObject([
      { highest: 12n, newest: { number: 12n }, bases: [{ number: 10n }] },
    ])
    await store.crls.publish({ ...sampleCrl(issuerId, 13n), keepBasesFrom: new Date(NOW.getTime() + 2 * 86_400_000) })
    expect((await store.crls.states())[0]?.bases).toEqual([])
  })

  test('each shard has a CRL of its own, and is told what was seen without a new one', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    const shard = (number: number) => ({ shard: number, kind: 'full' }) as const
    for (const one of [1, 2]) await store.crls.publish({ ...sampleCrl(issuerId, 10n), place: shard(one) })
    const second = sampleCrl(issuerId, 12n)
    await store.crls.publish({ ...second, place: shard(2), revocations: 5 })
    await store.crls.seen(issuerId, 4)
    expect((await store.crls.states())[0]?.shards).toMatchObject(
      new Map([
        [1, { number: 10n, revocations: 4 }],
        [2, { number: 12n, revocations: 5 }],
      ]),
    )
    expect((await store.crls.newest(issuerId, shard(2)))?.der).toEqual(second.der)
    expect(await store.crls.newest(issuerId, shard(3))).toBeUndefined()
    expect(await store.crls.newest(issuerId)).toBeUndefined()
  })

  test('the shard of a certificate is kept from the order on', async () => {
    const { store, configuration, options } = await database.fresh()
    const driver = await database.driver(options)
    const shards = async () => (await driver.all(shardsOfDevices, {})).map(({ shard }) => shard)
    const prepared = { ...samplePrepared(configuration), shard: 7 }
    const transaction = sampleTransaction(configuration)
    await store.ledger.begin(transaction, prepared)
    expect((await store.ledger.find(transaction.identity))?.ordered?.shard).toBe(7)
    await store.ledger.finish(transaction.uuid, sampleCertificate(prepared), NOW)
    expect(await shards()).toEqual([7])
    await store.ledger.issue(sampleTransaction(configuration), sampleCertificate(samplePrepared(configuration)))
    expect(await shards()).toEqual([0, 7])
  })
})

const shardsOfDevices = statement((db) =>
  db.selectFrom('certificate').select('shard').where('purpose', '=', 'device').orderBy('shard'),
)

function sampleCrl(issuerId: number, number: bigint): StoredCrl {
  return {
    issuerId,
    number,
    der: randomBytes(300),
    thisUpdate: NOW,
    nextUpdate: new Date(NOW.getTime() + 86_400_000),
    revocations: 0,
  }
}

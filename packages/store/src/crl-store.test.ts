import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import type { StoredCrl } from './crl-store.ts'
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
    expect((await store.crls.revoked(issuerId)).certificates).toEqual([])
    await store.revocations.revoke({ uuid: certificate.uuid, issuerId }, { at: NOW, reason: 'superseded' })
    expect(await store.crls.revoked(issuerId)).toEqual({
      revocations: 1,
      certificates: [{ serialNumber: certificate.prepared.serialNumber, at: NOW, reason: 4 }],
    })
    expect(await store.crls.revoked(issuerId + 1)).toEqual({ revocations: 0, certificates: [] })
  })
})

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

import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction } from '../testing/sample.ts'
import type { HourCount } from './hour-count.ts'
import { ENDS } from './population.ts'

const HOUR = 3_600_000
const at = (hours: number) => new Date(Math.floor(NOW.getTime() / HOUR) * HOUR + hours * HOUR)
const count = (hours: number, labels: HourCount['labels'], number = 1): HourCount => ({
  hour: at(hours),
  metric: 'scep',
  labels,
  count: number,
})
const never = new AbortController().signal

onBothDatabases((database) => {
  test('counts add up, whoever adds them and in whatever order their labels stand', async () => {
    const { store, options } = await database.fresh()
    const other = await database.reopen(options)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? store : other).statistics.add([
          count(0, { b: '2', a: '1' }),
          count(1, { a: 'it\'s "quoted"' }, 3),
          count(0, { a: '1', b: '2' }),
        ]),
      ),
    )
    await store.statistics.add([])
    const range = { metric: 'scep', from: at(0), to: at(2) }
    expect(await store.statistics.read({ ...range, bucketSeconds: 3600 })).toEqual([
      count(0, { a: '1', b: '2' }, 20),
      count(1, { a: 'it\'s "quoted"' }, 30),
    ])
    const day = await store.statistics.read({ ...range, bucketSeconds: 86_400 })
    expect(day.map((one) => [one.hour.toISOString(), one.count])).toEqual([
      ['2026-03-01T00:00:00.000Z', 20],
      ['2026-03-01T00:00:00.000Z', 30],
    ])
    expect(await store.statistics.read({ ...range, to: at(1), bucketSeconds: 3600 })).toHaveLength(1)
  })

  test('each certificate is counted once by the day of its end, and one that may not be the last of its number waits', async () => {
    const { store, configuration } = await database.fresh()
    const lease = await store.leases.acquire('countCertificates', 'node', 60)
    if (lease === undefined) throw new Error('no lease')
    const issue = async () => {
      const outcome = await store.ledger.issue(
        sampleTransaction(configuration),
        sampleCertificate(samplePrepared(configuration)),
      )
      expect(outcome.status).toBe('committed')
    }
    for (let index = 0; index < 5; index++) await issue()
    expect(await store.statistics.countCertificates(NOW, lease, never), 'too young').toBe(0)
    const later = new Date(NOW.getTime() + 61_000)
    expect(await store.statistics.countCertificates(later, lease, never)).toBe(5)
    expect(await store.statistics.countCertificates(later, lease, never), 'again').toBe(0)
    const far = { from: new Date(0), to: new Date(NOW.getTime() + 10 * 365 * 24 * HOUR), bucketSeconds: 86_400 }
    const [issuer] = configuration.issuers
    const [raProfile] = configuration.raProfiles
    const counted = await store.statistics.read({ metric: ENDS, ...far })
    expect(counted.map((one) => [one.labels, one.count])).toEqual([
      [{ issuer: String(issuer?.id), raProfile: String(raProfile?.id) }, 5],
    ])
    await store.leases.release(lease)
    await store.leases.acquire('countCertificates', 'other', 60)
    await issue()
    expect(await store.statistics.countCertificates(later, lease, never), 'a lease that is lost').toBe(0)
  })

  test('what is old goes, but not the days on which certificates end', async () => {
    const { store } = await database.fresh()
    const lease = await store.leases.acquire('pruneStatistics', 'node', 60)
    if (lease === undefined) throw new Error('no lease')
    await store.statistics.add([count(0, {}), count(5, {}), { ...count(0, {}), metric: ENDS }])
    await store.statistics.prune(at(3), lease)
    const all = { from: at(0), to: at(9), bucketSeconds: 3600 }
    expect(await store.statistics.read({ metric: 'scep', ...all })).toEqual([count(5, {})])
    expect(await store.statistics.read({ metric: ENDS, ...all })).toHaveLength(1)
  })

  test('certificates that were taken back are counted as long as they would have been valid', async () => {
    const { store, configuration } = await database.fresh()
    const certificate = sampleCertificate(samplePrepared(configuration))
    await store.ledger.issue(sampleTransaction(configuration), certificate)
    const issuerId = configuration.issuers[0]?.id ?? 0
    await store.revocations.revoke({ uuid: certificate.uuid, issuerId }, { at: NOW, reason: 'certificateHold' })
    expect(await store.statistics.revoked(NOW)).toEqual([
      { issuerId, raProfileId: configuration.raProfiles[0]?.id, held: true, count: 1 },
    ])
    expect(await store.statistics.revoked(new Date(NOW.getTime() + 20 * 365 * 24 * HOUR))).toEqual([])
  })
})

import type { NewTransaction } from '@chancery/ra'
import { uuidV7 } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import {
  NOW,
  sampleCertificate,
  sampleDecision,
  sampleIdentity,
  samplePrepared,
  sampleTransaction,
  sampleWaiting,
} from '../testing/sample.ts'

const DAY = 86_400_000
const OLD = new Date(NOW.getTime() - 400 * DAY)
const BEFORE = new Date(NOW.getTime() - 365 * DAY)

onBothDatabases((database) => {
  test('what is over is forgotten, what may still be asked for is not, however old it is', async () => {
    const { store, configuration } = await database.fresh()
    const old = (change: Partial<NewTransaction> = {}) =>
      sampleTransaction(configuration, { uuid: uuidV7(OLD), now: OLD, identity: sampleIdentity(), ...change })
    const ended = { ...samplePrepared(configuration), notAfter: new Date(NOW.getTime() - 1) }
    const [over, valid, begun, waiting, denied, recent] = [
      old(),
      old(),
      old(),
      old(),
      old(),
      sampleTransaction(configuration, { uuid: uuidV7(NOW) }),
    ]
    await store.ledger.issue(over, sampleCertificate(ended))
    await store.ledger.issue(valid, sampleCertificate(samplePrepared(configuration)))
    await store.ledger.begin(begun, samplePrepared(configuration))
    await store.approvals.wait(waiting, sampleWaiting())
    await store.approvals.wait(denied, sampleWaiting())
    await store.ledger.issue(recent, sampleCertificate({ ...samplePrepared(configuration), notAfter: ended.notAfter }))
    const found = await store.approvals.find(denied.uuid)
    if (found === undefined) throw new Error('it does not wait')
    await store.approvals.deny(found, 'enrolment_refused', 'spent', sampleDecision({ decision: 'rejected', at: OLD }))

    expect(await store.transactions.isPruneDue(BEFORE)).toBe(true)
    expect(await store.transactions.prune(BEFORE, NOW)).toBe(2)
    const known = await Promise.all(
      [over, valid, begun, waiting, denied, recent].map(({ identity }) => store.ledger.find(identity)),
    )
    expect(known.map((one) => one?.state)).toEqual([
      undefined,
      'issued',
      'ordered',
      'awaiting_approval',
      undefined,
      'issued',
    ])
    // Once its certificate has ended, a later pass finds that one too.
    const later = new Date(NOW.getTime() + 366 * DAY)
    expect(await store.transactions.prune(BEFORE, later)).toBe(1)
    expect(await store.ledger.find(valid.identity)).toBeUndefined()
    const { transactions } = await store.transactions.list({ limit: 9 })
    expect(transactions.map(({ uuid }) => uuid)).toEqual(
      [recent, begun, waiting]
        .map(({ uuid }) => uuid)
        .sort()
        .reverse(),
    )
  })

  test('transactions are listed by state, subject, transactionID and profile, page by page', async () => {
    const { store, configuration } = await database.fresh()
    const all = [0, 1, 2].map((second) => {
      const now = new Date(NOW.getTime() + second * 1000)
      return sampleTransaction(configuration, { uuid: uuidV7(now), now, identity: sampleIdentity() })
    })
    for (const one of all) await store.ledger.issue(one, sampleCertificate(samplePrepared(configuration)))
    const first = await store.transactions.list({ limit: 2, state: 'issued', subject: 'PRINTER1' })
    expect(first.transactions.map(({ uuid }) => uuid)).toEqual([all[2]?.uuid, all[1]?.uuid])
    const rest = await store.transactions.list({ limit: 2, before: first.next, scepProfileId: all[0]?.scepProfileId })
    expect([rest.transactions.map(({ uuid }) => uuid), rest.next]).toEqual([[all[0]?.uuid], undefined])
    expect(first.transactions[0]).toMatchObject({ state: 'issued', subject: 'CN=printer1,O=Example', kind: 'initial' })
    for (const nothing of [
      { state: 'denied' },
      { subject: '%' },
      { transactionId: "' or 1=1" },
      { raProfileId: 99 },
    ] as const) {
      expect((await store.transactions.list({ limit: 9, ...nothing })).transactions).toEqual([])
    }
    expect(
      (await store.transactions.list({ limit: 9, transactionId: all[0]?.identity.transactionId })).transactions,
    ).toHaveLength(3)
    expect(await store.transactions.get(all[1]?.uuid ?? '')).toMatchObject({ uuid: all[1]?.uuid })
  })
})

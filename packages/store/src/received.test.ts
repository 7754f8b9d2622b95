import { randomBytes } from 'node:crypto'
import { type NewReceived, type NewTransaction, Secret } from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction, sampleWaiting } from './testing/sample.ts'

const DAY = 86_400_000
const LATE = new Date(NOW.getTime() + 8 * DAY)

const received = (changes: Partial<NewReceived> = {}): NewReceived => ({
  csr: Buffer.from('a certification request'),
  challenge: undefined,
  source: '192.0.2.7',
  expiresAt: new Date(NOW.getTime() + 7 * DAY),
  caps: { mostWaiting: 1000, mostWaitingPerSource: 1000 },
  ...changes,
})

onBothDatabases((database) => {
  async function receive(changes: Partial<NewReceived> = {}) {
    const { store, configuration } = await database.shared()
    const transaction = sampleTransaction(configuration)
    expect(await store.ledger.receive(transaction, received(changes))).toEqual({ status: 'committed' })
    const later: NewTransaction = { ...transaction, continues: true }
    const state = async () => (await store.ledger.find(transaction.identity))?.state
    return { store, configuration, transaction, later, state }
  }

  describe('a request that is received', () => {
    test('is found with its CSR, once, and is in no list of a person', async () => {
      const { store, configuration, transaction } = await receive()
      expect(await store.ledger.find(transaction.identity)).toMatchObject({
        uuid: transaction.uuid,
        state: 'received',
        expiresAt: received().expiresAt,
      })
      expect(await store.ledger.receivedCsr(transaction.uuid)).toEqual(received().csr)
      const twin = sampleTransaction(configuration, { identity: transaction.identity })
      expect(await store.ledger.receive(twin, received())).toEqual({ status: 'conflict', on: 'transaction' })
      expect(await store.approvals.find(transaction.uuid)).toBeUndefined()
      const all = { which: 'open', authenticated: false, limit: 1000 } as const
      expect((await store.approvals.list(all)).map(({ uuid }) => uuid)).not.toContain(transaction.uuid)
    })

    test('is issued, ordered or put before a person under its own UUID, by one of those who try', async () => {
      const { store, configuration, transaction, later, state } = await receive({ challenge: new Secret('pä$$') })
      const issue = () => store.ledger.issue(later, sampleCertificate(samplePrepared(configuration)))
      const outcomes = await Promise.all([issue(), issue(), issue()])
      expect(outcomes.filter(({ status }) => status === 'committed')).toHaveLength(1)
      expect(outcomes.filter((one) => one.status === 'conflict' && one.on === 'transaction')).toHaveLength(2)
      expect(await state()).toBe('issued')
      expect(await store.ledger.receivedCsr(transaction.uuid)).toBeUndefined()
      expect((await store.ledger.find(transaction.identity))?.challenge?.reveal(), 'for the reply').toBe('pä$$')

      const second = await receive()
      const prepared = samplePrepared(second.configuration)
      expect(await store.ledger.begin(second.later, prepared)).toEqual({ status: 'committed' })
      expect(await second.state()).toBe('ordered')
      expect(await store.ledger.finish(second.transaction.uuid, sampleCertificate(prepared), NOW)).toMatchObject({
        status: 'committed',
      })

      const third = await receive()
      expect(await store.approvals.wait(third.later, sampleWaiting())).toEqual({ status: 'committed' })
      expect(await store.approvals.find(third.transaction.uuid)).toMatchObject({
        state: 'awaiting_approval',
        subject: 'CN=printer1',
        csr: sampleWaiting().csr,
      })
    })

    test('is refused once, and keeps nothing', async () => {
      const { store, transaction, later, configuration } = await receive()
      expect(await store.ledger.refuse(transaction.uuid, 'challenge_refused', NOW)).toEqual({ status: 'committed' })
      expect(await store.ledger.refuse(transaction.uuid, 'challenge_refused', NOW)).toMatchObject({ on: 'state' })
      expect(await store.ledger.find(transaction.identity)).toMatchObject({
        state: 'refused',
        reason: 'challenge_refused',
      })
      expect(await store.ledger.receivedCsr(transaction.uuid)).toBeUndefined()
      const issued = await store.ledger.issue(later, sampleCertificate(samplePrepared(configuration)))
      expect(issued).toEqual({ status: 'conflict', on: 'transaction' })
    })

    test('is refused by a job when nobody said anything in time', async () => {
      const { store, transaction } = await receive()
      await store.approvals.forget(NOW)
      expect(await store.ledger.receivedCsr(transaction.uuid)).toBeDefined()
      expect(await store.approvals.isDue(LATE)).toBe(true)
      await store.approvals.forget(LATE)
      expect(await store.ledger.find(transaction.identity)).toMatchObject({
        state: 'refused',
        reason: 'approval_expired',
      })
      expect(await store.ledger.receivedCsr(transaction.uuid)).toBeUndefined()
    })
  })

  test('S-2.4-04 so many are received as there is room for, counted apart from those that wait for a person', async () => {
    const { store, configuration } = await database.fresh()
    const caps = { mostWaiting: 3, mostWaitingPerSource: 2 }
    await store.approvals.wait(sampleTransaction(configuration), sampleWaiting({ authenticated: false }))
    const ask = (source: string, now = NOW) =>
      store.ledger.receive(
        sampleTransaction(configuration, { now }),
        received({ caps, source, expiresAt: new Date(now.getTime() + DAY) }),
      )
    for (const source of ['a', 'a', 'b']) expect(await ask(source)).toEqual({ status: 'committed' })
    expect(await ask('c')).toEqual({ status: 'conflict', on: 'caps' })
    expect(await ask('c', LATE), 'what is too late takes no room').toEqual({ status: 'committed' })
  })

  describe('design, rule 19: a remembered yes', () => {
    const until = new Date(NOW.getTime() + 600_000)
    const remember = async () => {
      const { store, configuration } = await database.shared()
      const allow = randomBytes(32)
      await store.allows.remember(allow, until)
      const issue = (now = NOW, configurationVersion = configuration.version) =>
        store.ledger.issue(
          sampleTransaction(configuration, { challengeUse: { allow }, now, configurationVersion }),
          sampleCertificate(samplePrepared(configuration)),
        )
      return { store, allow, issue }
    }

    test('is there until its time is over, however often it is remembered', async () => {
      const { store, allow } = await remember()
      expect(await store.allows.has(allow, NOW)).toBe(true)
      expect(await store.allows.has(allow, until)).toBe(false)
      const longer = new Date(until.getTime() + 1000)
      await Promise.all([store.allows.remember(allow, longer), store.allows.remember(allow, longer)])
      expect(await store.allows.has(allow, until)).toBe(true)
      expect(await store.allows.has(randomBytes(32), NOW)).toBe(false)
    })

    test('remembered by many at once for the first time is one', async () => {
      const { store } = await database.shared()
      const allow = randomBytes(32)
      await Promise.all(Array.from({ length: 8 }, () => store.allows.remember(allow, until)))
      expect(await store.allows.has(allow, NOW)).toBe(true)
    })

    test('begins one transaction, of ten that try', async () => {
      const { store, allow, issue } = await remember()
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => issue()))
      expect(outcomes.filter(({ status }) => status === 'committed')).toHaveLength(1)
      expect(outcomes.filter((one) => one.status === 'conflict' && one.on === 'allow')).toHaveLength(9)
      expect(await store.allows.has(allow, NOW)).toBe(false)
    })

    test('stays when its transaction is not begun, and is no good once it is too old', async () => {
      const { store, allow, issue } = await remember()
      expect(await issue(NOW, 99)).toEqual({ status: 'conflict', on: 'configuration' })
      expect(await store.allows.has(allow, NOW)).toBe(true)
      expect(await issue(until)).toEqual({ status: 'conflict', on: 'allow' })
    })

    test('is forgotten by a job when it is too old', async () => {
      const { store, allow } = await remember()
      await store.allows.forget(NOW)
      expect(await store.allows.has(allow, NOW)).toBe(true)
      expect(await store.allows.isDue(LATE)).toBe(true)
      await store.allows.forget(LATE)
      expect(await store.allows.has(allow, NOW)).toBe(false)
      expect(await store.allows.isDue(LATE)).toBe(false)
    })
  })
})

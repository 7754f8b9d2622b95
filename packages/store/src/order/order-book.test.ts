import { randomBytes, randomUUID } from 'node:crypto'
import type { NewOrder, RecordedOrder } from '@chancery/ra'
import { Secret } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { Store } from '../index.ts'
import { create, remaining, tally } from '../testing/ledger.ts'
import {
  NOW,
  sampleCertificate,
  sampleChallenge,
  sampleDecision,
  samplePrepared,
  sampleTransaction,
  sampleWaiting,
} from '../testing/sample.ts'

const DAY = 86_400_000
const ORIGIN = { predecessor: undefined, challenge: undefined }
const COMMITTED = expect.objectContaining({ status: 'committed' })
const conflict = (on: string) => ({ status: 'conflict', on })

function sampleOrder(changes: Partial<NewOrder> = {}): NewOrder {
  return {
    authorityId: Math.floor(Math.random() * 1e9),
    issuerId: 1,
    upstreamTransactionId: randomUUID(),
    message: randomBytes(3000),
    memo: Buffer.from('a private key that must not be found'),
    expiresAt: new Date(NOW.getTime() + 14 * DAY),
    ...changes,
  }
}

async function taken(store: Store, transaction: string, seconds = 60): Promise<RecordedOrder> {
  const order = await store.orders.take(transaction, seconds)
  if (typeof order === 'string') throw new Error(order)
  return order
}

onBothDatabases((database) => {
  /** An order that was begun with a challenge of two uses. */
  const begun = async (changes: Partial<NewOrder> = {}) => {
    const { store, configuration, options } = await database.shared()
    const challenge = sampleChallenge(configuration, { uses: 2 })
    const transaction = sampleTransaction(configuration, { challengeUse: await create(store, challenge) })
    const order = sampleOrder({ issuerId: configuration.issuers[0]?.id ?? 0, ...changes })
    expect(await store.orders.begin(transaction, order, ORIGIN)).toEqual(COMMITTED)
    const known = () => store.ledger.find(transaction.identity)
    const usesLeft = () => remaining(store, challenge)
    const certificate = () => ({
      ...sampleCertificate(samplePrepared(configuration)),
      keyDigest: transaction.csrKeyDigest,
    })
    return { store, configuration, options, transaction, uuid: transaction.uuid, order, known, usesLeft, certificate }
  }

  test('an order is recorded with its transaction, and comes back octet by octet', async () => {
    const { store, transaction, uuid, order, known, usesLeft } = await begun()
    const { expiresAt, ...content } = order
    const { endpoint, transactionId, signerDigest } = transaction.identity
    expect(await known()).toMatchObject({
      state: 'ordered',
      ordered: undefined,
      elsewhere: { issuerId: order.issuerId },
      expiresAt,
    })
    expect(await usesLeft()).toBe(1)
    expect(await taken(store, uuid)).toEqual({
      ...content,
      transaction: uuid,
      state: 'ordered',
      attempts: 1,
      fence: 1,
      csrKeyDigest: transaction.csrKeyDigest,
      predecessor: undefined,
      scepProfileId: transaction.scepProfileId,
      identity: { endpoint, transactionId, signerDigest },
    })
  })

  test('the key in it is sealed', async () => {
    const { options, order } = await begun()
    const driver = await database.driver(options)
    const row = await driver.first(
      {
        build: (db) =>
          db
            .selectFrom('authority_order')
            .selectAll()
            .where('upstream_transaction_id', '=', order.upstreamTransactionId),
      },
      {},
    )
    expect(Buffer.from(row?.sealed_memo ?? '').includes(order.memo)).toBe(false)
    expect(Buffer.from(row?.message ?? '')).toEqual(order.message)
  })

  test('of two twins one is begun, and on an old configuration none', async () => {
    const { store, configuration, transaction } = await begun()
    const again = { ...transaction, uuid: randomUUID() }
    expect(await store.orders.begin(again, sampleOrder(), ORIGIN)).toEqual(conflict('transaction'))
    const old = sampleTransaction(configuration, { configurationVersion: configuration.version - 1 })
    expect(await store.orders.begin(old, sampleOrder(), ORIGIN)).toEqual(conflict('configuration'))
    expect(await store.orders.take(old.uuid, 60)).toBe('gone')
  })

  test('of many that want to send one may, until its lease ends', async () => {
    const { store, uuid } = await begun()
    const all = await Promise.all(Array.from({ length: 8 }, () => store.orders.take(uuid, 60)))
    expect(all.filter((one) => one === 'held')).toHaveLength(7)
    const other = await begun()
    await taken(other.store, other.uuid, 0)
    expect(await taken(other.store, other.uuid)).toMatchObject({ attempts: 2, fence: 2 })
  })

  test('what was issued is in the inventory, its challenge spent, and the order gone', async () => {
    const { store, uuid, known, usesLeft, certificate } = await begun()
    const made = certificate()
    const order = await taken(store, uuid)
    expect(await store.orders.issue(order, made, NOW)).toEqual({ status: 'committed', certificate: made.der })
    expect(await known()).toMatchObject({ state: 'issued', elsewhere: undefined, certificate: { der: made.der } })
    expect(await store.inventory.findByDigest(made.digest)).toMatchObject({ uuid: made.uuid, state: 'issued' })
    expect(await usesLeft()).toBe(1)
    expect(await store.orders.take(uuid, 60)).toBe('gone')
    expect(await store.orders.issue(order, certificate(), NOW)).toEqual(conflict('state'))
  })

  test('whoever has a certificate in hand writes it, also when somebody else holds the order by now', async () => {
    const { store, uuid, certificate } = await begun()
    const first = await taken(store, uuid, 0)
    const second = await taken(store, uuid)
    expect(await store.orders.refuse(first, NOW)).toEqual(conflict('state'))
    const pause = { state: 'pending', dueAt: NOW, pauseSeconds: 0, trouble: null } as const
    expect(await store.orders.postpone(first, pause)).toEqual(conflict('state'))
    const outcomes = await Promise.all([first, second].map((one) => store.orders.issue(one, certificate(), NOW)))
    expect(tally(outcomes)).toEqual({ committed: 1, state: 1 })
  })

  test('a serial number that is in the inventory is told from an order that is over', async () => {
    const one = await begun()
    const made = one.certificate()
    await one.store.orders.issue(await taken(one.store, one.uuid), made, NOW)
    const other = await begun()
    const twin = { ...other.certificate(), prepared: { ...made.prepared } }
    const order = await taken(other.store, other.uuid)
    expect(await other.store.orders.issue(order, twin, NOW)).toEqual(conflict('transaction'))
    expect(await other.known()).toMatchObject({ state: 'ordered' })
  })

  test('a refusal is for good, and gives the challenge back', async () => {
    const { store, uuid, known, usesLeft } = await begun()
    expect(await store.orders.refuse(await taken(store, uuid), NOW)).toEqual(COMMITTED)
    expect(await known()).toMatchObject({ state: 'refused', reason: 'authority_refused', elsewhere: undefined })
    expect(await usesLeft()).toBe(2)
    expect(await store.orders.take(uuid, 60)).toBe('gone')
  })

  test('what is postponed is due when it says, and nobody takes it before its pause is over', async () => {
    const authorityId = 1_000_000_007
    const { store, uuid, order } = await begun({ authorityId })
    expect(await store.orders.due(authorityId, NOW, 10)).toEqual([{ transaction: uuid, expiresAt: order.expiresAt }])
    const held = await taken(store, uuid)
    expect(await store.orders.due(authorityId, NOW, 10)).toEqual([])
    const dueAt = new Date(NOW.getTime() + 4000)
    await store.orders.postpone(held, { state: 'pending', dueAt, pauseSeconds: 60, trouble: null })
    expect(await store.orders.take(uuid, 60)).toBe('held')
    const other = await begun({ authorityId })
    const again = await taken(store, other.uuid)
    await store.orders.postpone(again, { state: 'ordered', dueAt, pauseSeconds: 0, trouble: 'the line is dead' })
    expect(await store.orders.due(authorityId, NOW, 10)).toEqual([])
    expect(await store.orders.due(authorityId, dueAt, 10)).toMatchObject([{ transaction: other.uuid }])
    expect(await store.orders.isAnyDue(dueAt)).toBe(true)
    expect(await store.orders.count(authorityId)).toEqual({
      open: 2,
      pending: 1,
      oldest: NOW,
      trouble: 'the line is dead',
    })
    expect(await store.orders.count(1)).toEqual({ open: 0, pending: 0, oldest: undefined, trouble: undefined })
  })

  test('an order that has no answer in time has failed, and not before', async () => {
    const { store, uuid, order, known, usesLeft } = await begun()
    const before = new Date(order.expiresAt.getTime() - 1)
    expect(await store.orders.expire(uuid, before)).toEqual(conflict('state'))
    expect(await store.orders.expire(uuid, order.expiresAt)).toEqual(COMMITTED)
    expect(await known()).toMatchObject({ state: 'failed' })
    expect(await usesLeft()).toBe(2)
    expect(await store.orders.take(uuid, 60)).toBe('gone')
  })

  test('what a person approves is ordered in the same commit; the recorded request is removed, and housekeeping leaves it alone', async () => {
    const { store, configuration } = await database.shared()
    const challenge = sampleChallenge(configuration)
    const transaction = sampleTransaction(configuration, { challengeUse: await create(store, challenge) })
    await store.approvals.wait(transaction, sampleWaiting())
    const waiting = await store.approvals.find(transaction.uuid)
    if (waiting === undefined) throw new Error('it does not wait')
    const order = sampleOrder({ issuerId: configuration.issuers[0]?.id ?? 0 })
    const version = configuration.version
    expect(await store.orders.approve(waiting, order, sampleDecision(), version - 1)).toEqual(conflict('configuration'))
    expect(await store.orders.approve(waiting, order, sampleDecision(), version)).toEqual(COMMITTED)
    expect(await store.orders.approve(waiting, order, sampleDecision(), version)).toEqual(conflict('state'))
    expect(await store.approvals.find(transaction.uuid)).toMatchObject({
      state: 'ordered',
      csr: undefined,
      challengeUse: 'reserved',
      decision: { decision: 'approved' },
    })
    await store.approvals.close(new Date(NOW.getTime() + DAY))
    expect(await store.ledger.find(transaction.identity)).toMatchObject({
      state: 'ordered',
      expiresAt: order.expiresAt,
    })
    const made = sampleCertificate(samplePrepared(configuration))
    expect(await store.orders.issue(await taken(store, transaction.uuid), made, NOW)).toEqual(COMMITTED)
    expect(await store.approvals.find(transaction.uuid)).toMatchObject({ state: 'issued', challengeUse: 'spent' })
  })

  test('a request that was received and is judged at last is ordered under the number that it has', async () => {
    const { store, configuration } = await database.shared()
    const challenge = new Secret('of a key that cannot decrypt')
    const transaction = sampleTransaction(configuration)
    const caps = { mostWaiting: 1000, mostWaitingPerSource: 1000 }
    const expiresAt = new Date(NOW.getTime() + DAY)
    await store.ledger.receive(transaction, { csr: Buffer.from('csr'), challenge, source: undefined, expiresAt, caps })
    const order = sampleOrder({ issuerId: configuration.issuers[0]?.id ?? 0 })
    const continued = { ...transaction, continues: true } as const
    expect(await store.orders.begin(continued, order, ORIGIN)).toEqual(COMMITTED)
    expect(await store.orders.begin(continued, order, ORIGIN)).toEqual(conflict('transaction'))
    const known = await store.ledger.find(transaction.identity)
    expect(known).toMatchObject({ uuid: transaction.uuid, state: 'ordered', expiresAt: order.expiresAt })
    expect(known?.challenge?.reveal()).toBe(challenge.reveal())
    expect(await store.ledger.receivedCsr(transaction.uuid)).toBeUndefined()
    expect(await taken(store, transaction.uuid)).toMatchObject({ message: order.message, attempts: 1 })
  })

  test('a renewal remembers what it renews, and the password of the reply stays until it is delivered', async () => {
    const { store, configuration } = await database.shared()
    const transaction = sampleTransaction(configuration)
    const origin = { predecessor: randomUUID(), challenge: new Secret('of a key that cannot decrypt') }
    await store.orders.begin(transaction, sampleOrder(), origin)
    expect((await taken(store, transaction.uuid)).predecessor).toBe(origin.predecessor)
    expect((await store.ledger.find(transaction.identity))?.challenge?.reveal()).toBe('of a key that cannot decrypt')
  })
})

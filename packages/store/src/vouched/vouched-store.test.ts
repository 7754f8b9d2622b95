import { randomBytes } from 'node:crypto'
import { type NewTransaction, Secret, uuidV7, type VouchedRequest } from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { statement } from '../statement.ts'
import { tally } from '../testing/ledger.ts'
import { NOW, sampleCertificate, sampleIssueEvent, samplePrepared, sampleTransaction } from '../testing/sample.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const TOLD = { toldSerial: '0A5F', toldIssuer: 'CN=Device CA' }
const VOUCHER = 'ab'.repeat(32)

const vouched = (changes: Partial<VouchedRequest> = {}): VouchedRequest => ({
  voucher: VOUCHER,
  csr: randomBytes(900),
  challenge: new Secret(randomBytes(2000).toString('base64')),
  ...changes,
})

const later = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE)

const everyVouchedRequest = statement((db) => db.selectFrom('vouched_request').selectAll())

onBothDatabases((database) => {
  async function begin(request = vouched(), changes: Partial<NewTransaction> = {}) {
    const { store, configuration } = await database.shared()
    const transaction = sampleTransaction(configuration, { challengeUse: { vouched: request }, ...changes })
    const prepared = samplePrepared(configuration)
    const certificate = sampleCertificate(prepared)
    return { store, configuration, transaction, prepared, certificate, request }
  }

  async function issueOne(request = vouched(), changes: Partial<NewTransaction> = {}) {
    const begun = await begin(request, changes)
    const { store, transaction, certificate } = begun
    const outcome = await store.ledger.issue(transaction, certificate, [sampleIssueEvent(certificate)])
    expect(outcome).toMatchObject({ status: 'committed' })
    return begun
  }

  const heldOf = async ({ store, transaction }: Awaited<ReturnType<typeof begin>>) => {
    const held = await store.vouched.held(transaction.uuid)
    if (held === undefined) throw new Error('it is not held')
    return held
  }

  describe('a certificate of a request that somebody vouched for', () => {
    test('is held, whichever way it was issued, and leaves by no way until it is released', async () => {
      for (const inProcess of [true, false]) {
        const begun = await begin()
        const { store, transaction, prepared, certificate, request } = begun
        if (inProcess) await store.ledger.issue(transaction, certificate)
        else {
          await store.ledger.begin(transaction, prepared)
          expect(await store.vouched.held(transaction.uuid), 'nothing to tell yet').toBeUndefined()
          expect(await store.ledger.find(transaction.identity)).toMatchObject({ state: 'ordered', vouched: true })
          await store.ledger.finish(transaction.uuid, certificate, NOW)
        }
        const leaves = async () => [
          await store.inventory.findByDigest(certificate.digest),
          await store.inventory.findBySerial(prepared.issuerId, prepared.serialNumber.toString('hex')),
          await store.inventory.findInLine(certificate.uuid),
        ]
        expect(await leaves()).toEqual([undefined, undefined, undefined])
        expect(await store.ledger.find(transaction.identity)).toMatchObject({
          vouched: true,
          certificate: { release: 'held', der: certificate.der },
        })
        const held = await heldOf(begun)
        expect(held).toMatchObject({
          voucher: VOUCHER,
          csr: request.csr,
          certificate: certificate.der,
          transactionId: transaction.identity.transactionId,
          attempts: 0,
        })
        expect(await store.vouched.release(held, TOLD, [])).toEqual({
          status: 'committed',
          certificate: certificate.der,
        })
        expect(await store.vouched.release(held, TOLD, [])).toMatchObject({ status: 'conflict' })
        expect(await store.vouched.held(transaction.uuid)).toBeUndefined()
        expect((await leaves()).every((one) => one !== undefined)).toBe(true)
        expect((await store.ledger.find(transaction.identity))?.certificate?.release).toBe('free')
      }
    })

    test('is told of again when it is due, later each time, and never once it is given up', async () => {
      const begun = await issueOne()
      const { store, transaction } = begun
      const isDue = async (at: Date) =>
        (await store.vouched.due(at, 1000)).some((one) => one.transaction === transaction.uuid)
      expect([await isDue(NOW), await isDue(later(1))]).toEqual([false, true])
      expect(await store.vouched.isAnyDue(later(1))).toBe(true)
      const first = await heldOf(begun)
      expect(await store.vouched.postpone(first, later(5), 'HTTP 500')).toEqual({ status: 'committed' })
      expect(await store.vouched.postpone(first, later(9), 'HTTP 500'), 'noted once').toMatchObject({ on: 'state' })
      expect([await isDue(later(4)), await isDue(later(5))]).toEqual([false, true])
      const held = await heldOf(begun)
      expect(held.attempts).toBe(1)
      expect(await store.vouched.giveUp(held, [])).toMatchObject({ status: 'committed' })
      expect(await store.vouched.release(held, TOLD, [])).toMatchObject({ status: 'conflict' })
      expect(await isDue(later(1_000_000))).toBe(false)
      expect((await store.ledger.find(transaction.identity))?.certificate?.release).toBe('unreported')
      expect(await store.inventory.findByDigest(begun.certificate.digest)).toBeUndefined()
    })

    test('is held where another house made it, and the job that sends orders brought it', async () => {
      const { store, transaction, certificate, configuration } = await begin()
      const order = {
        ...{ authorityId: configuration.authorities[0]?.id ?? 0, issuerId: configuration.issuers[0]?.id ?? 0 },
        ...{ upstreamTransactionId: 'U-1', message: randomBytes(30), memo: randomBytes(30), expiresAt: later(9000) },
      }
      const asked = { predecessor: undefined, challenge: undefined }
      expect(await store.orders.begin(transaction, order, asked)).toEqual({ status: 'committed' })
      const taken = await store.orders.take(transaction.uuid, 30)
      if (taken === 'held' || taken === 'gone') throw new Error(taken)
      expect(await store.orders.issue(taken, certificate, NOW)).toMatchObject({ status: 'committed' })
      expect(await store.vouched.held(transaction.uuid)).toMatchObject({ certificate: certificate.der })
    })

    test('is released after a crash between its commit and the notice, or between the notice and its commit', async () => {
      const { store, options, configuration } = await database.fresh()
      const transaction = sampleTransaction(configuration, { challengeUse: { vouched: vouched() } })
      await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))
      const another = await database.reopen(options)
      const [held] = await another.vouched.due(later(2), 9)
      if (held === undefined) throw new Error('it is not due')
      // He has acknowledged it, and whoever told him died: he is told again, and that is written down.
      const third = await database.reopen(options)
      expect(await third.vouched.due(later(2), 9)).toEqual([held])
      expect(await third.vouched.release(held, TOLD, [])).toMatchObject({ status: 'committed' })
      expect(await another.vouched.release(held, TOLD, [])).toMatchObject({ status: 'conflict' })
      expect(await store.vouched.due(later(2), 9)).toEqual([])
    })

    test('leaves no CSR and no challenge in the database, sealed or not, once it is acknowledged', async () => {
      const { store, options, configuration } = await database.fresh()
      const request = vouched()
      const transaction = sampleTransaction(configuration, { challengeUse: { vouched: request } })
      await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))
      const driver = await database.driver(options)
      const rows = () => driver.all(everyVouchedRequest, {})
      expect(JSON.stringify(await rows())).not.toContain(request.csr.toString('hex'))
      const held = await store.vouched.held(transaction.uuid)
      if (held === undefined) throw new Error('it is not held')
      await store.vouched.release(held, TOLD, [])
      expect(await rows()).toMatchObject([
        { sealed_csr: null, due_at: null, told_serial: TOLD.toldSerial, told_issuer: TOLD.toldIssuer },
      ])
    })

    test('is known by what was told of it until it has ended, and its transaction with it', async () => {
      const { store, options, configuration } = await database.fresh()
      const old = new Date(NOW.getTime() - 400 * DAY)
      const first = sampleTransaction(configuration, {
        ...{ uuid: uuidV7(old), now: old, challengeUse: { vouched: vouched() } },
      })
      await store.ledger.issue(first, sampleCertificate(samplePrepared(configuration)))
      const next = { ...first, uuid: uuidV7(old), supersedes: first.uuid, challengeUse: { vouched: vouched() } }
      await store.ledger.issue(next, sampleCertificate(samplePrepared(configuration)))
      const driver = await database.driver(options)
      const count = async () => (await driver.all(everyVouchedRequest, {})).length
      expect(await store.transactions.prune(new Date(NOW.getTime() - DAY), NOW)).toBe(0)
      expect(await count()).toBe(2)
      const ended = new Date(NOW.getTime() + 400 * DAY)
      expect(await store.transactions.prune(new Date(NOW.getTime() - DAY), ended)).toBe(2)
      expect(await count()).toBe(0)
    })

    test('is not released once it was revoked', async () => {
      const begun = await issueOne()
      const { store, certificate, prepared } = begun
      const held = await heldOf(begun)
      const standing = { uuid: certificate.uuid, issuerId: prepared.issuerId }
      expect(await store.revocations.revoke(standing, { reason: 'keyCompromise', at: NOW })).toBe(true)
      expect((await heldOf(begun)).revoked).toBe(true)
      expect(await store.vouched.release(held, TOLD, [])).toMatchObject({ status: 'conflict', on: 'state' })
      expect(await store.vouched.giveUp(held, [])).toMatchObject({ status: 'committed' })
    })
  })

  describe('one CSR, one transaction', () => {
    test('I-7.9-07 of twenty messages at once with one CSR and twenty signers one is issued', async () => {
      const request = vouched()
      const all = await Promise.all(
        Array.from({ length: 20 }, () => begin(request, { csrKeyDigest: Buffer.alloc(32, 1) })),
      )
      const outcomes = await Promise.all(
        all.map(({ store, transaction, certificate }) => store.ledger.issue(transaction, certificate)),
      )
      expect(tally(outcomes)).toEqual({ committed: 1, request: 19 })
      const [first] = all
      expect(await first?.store.vouched.find(request.csr)).toMatchObject({
        state: 'issued',
        certificate: { release: 'held' },
      })
    })

    test('of twenty messages of one signer at once the others hear of their twin', async () => {
      const request = vouched()
      const { identity, csrKeyDigest } = (await begin()).transaction
      const all = await Promise.all(Array.from({ length: 20 }, () => begin(request, { identity, csrKeyDigest })))
      const outcomes = await Promise.all(
        all.map(({ store, transaction, certificate }) => store.ledger.issue(transaction, certificate)),
      )
      expect(tally(outcomes)).toEqual({ committed: 1, transaction: 19 })
    })

    test('whose attempt came to nothing may be asked for again, with the same key', async () => {
      const { store, transaction, prepared, request } = await begin()
      await store.ledger.begin(transaction, prepared)
      expect(await store.vouched.find(request.csr)).toMatchObject({ state: 'ordered' })
      await store.ledger.abandon(transaction.uuid, NOW)
      expect(await store.vouched.find(request.csr)).toBeUndefined()
      const stranger = await begin(request)
      expect(await store.ledger.issue(stranger.transaction, stranger.certificate)).toMatchObject({ on: 'challenge' })
      const { csrKeyDigest } = transaction
      await issueOne(request, { csrKeyDigest })
    })

    test('that is over is known as such', async () => {
      const { store, transaction, request } = await issueOne()
      const { identity, uuid: supersedes } = transaction
      await issueOne(vouched(), { identity, supersedes })
      expect(await store.vouched.find(request.csr)).toBe('over')
    })
  })

  describe('I-8-24 one challenge, one key', () => {
    test('is good for another CSR of the same key, and for no other key', async () => {
      const challenge = new Secret('the challenge of one device')
      const { store, transaction } = await issueOne(vouched({ challenge }))
      await issueOne(vouched({ challenge }), { csrKeyDigest: transaction.csrKeyDigest })
      const other = await begin(vouched({ challenge }))
      const outcomes = [
        await store.ledger.issue(other.transaction, other.certificate),
        await store.ledger.begin(other.transaction, other.prepared),
      ]
      expect(tally(outcomes)).toEqual({ challenge: 2 })
      expect(await store.ledger.find(other.transaction.identity), 'nothing of it is there').toBeUndefined()
    })

    test('is forgotten a week later, long after it expired', async () => {
      const { store } = await issueOne()
      const week = new Date(NOW.getTime() + 7 * DAY)
      expect([await store.vouched.isPruneDue(NOW), await store.vouched.isPruneDue(week)]).toEqual([false, true])
    })

    test('of twenty keys at once one wins', async () => {
      const challenge = new Secret('a challenge that leaked')
      const all = await Promise.all(Array.from({ length: 20 }, () => begin(vouched({ challenge }))))
      const outcomes = await Promise.all(
        all.map(({ store, transaction, certificate }) => store.ledger.issue(transaction, certificate)),
      )
      expect(tally(outcomes)).toEqual({ committed: 1, challenge: 19 })
    })
  })
})

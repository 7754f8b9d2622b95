import { randomBytes } from 'node:crypto'
import { type NewTransaction, Secret, type VouchedRequest } from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { tally } from '../testing/ledger.ts'
import { NOW, sampleCertificate, sampleIssueEvent, samplePrepared, sampleTransaction } from '../testing/sample.ts'

const MINUTE = 60_000
const TOLD = { toldSerial: '0A5F', toldIssuer: 'CN=Device CA' }
const VOUCHER = 'ab'.repeat(32)

const vouched = (changes: Partial<VouchedRequest> = {}): VouchedRequest => ({
  voucher: VOUCHER,
  csr: randomBytes(900),
  challenge: new Secret(randomBytes(2000).toString('base64')),
  ...changes,
})

const later = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE)

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

import { type Configuration, type NewTransaction, type NewWaiting, Secret, type WaitingRequest } from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { Store } from '../open-store.ts'
import { slot, statement } from '../statement.ts'
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
const LATE = new Date(NOW.getTime() + 15 * DAY)

onBothDatabases((database) => {
  /** A request in the queue, with a challenge of one use behind it. */
  async function waiting(changes: Partial<NewWaiting> = {}, transactionChanges: Partial<NewTransaction> = {}) {
    const { store, configuration } = await database.shared()
    const challenge = sampleChallenge(configuration)
    const challengeUse = await create(store, challenge)
    const transaction = sampleTransaction(configuration, { challengeUse, ...transactionChanges })
    expect(await store.approvals.wait(transaction, sampleWaiting(changes))).toEqual({ status: 'committed' })
    const found = async () => {
      const request = await store.approvals.find(transaction.uuid)
      if (request === undefined) throw new Error('it is not in the queue')
      return request
    }
    const issue = async (request?: WaitingRequest, decision = sampleDecision()) => {
      const certificate = sampleCertificate(samplePrepared(configuration))
      const of = request ?? (await found())
      return { outcome: await store.approvals.issue(of, certificate, decision, configuration.version), certificate }
    }
    const usesLeft = () => remaining(store, challenge)
    return { store, configuration, transaction, found, issue, usesLeft }
  }

  describe('a request that waits', () => {
    test('S-5.2-01 is found with what was recorded, its challenge reserved, and only once', async () => {
      const { store, configuration, transaction, found, usesLeft } = await waiting({ predecessor: 'p' })
      const recorded = sampleWaiting()
      expect(await found()).toEqual({
        uuid: transaction.uuid,
        state: 'awaiting_approval',
        endpoint: transaction.identity.endpoint,
        kind: 'initial',
        transactionId: transaction.identity.transactionId,
        signerDigest: transaction.identity.signerDigest,
        scepProfileId: transaction.scepProfileId,
        raProfileId: transaction.raProfileId,
        csrKeyDigest: transaction.csrKeyDigest,
        issuerId: recorded.issuerId,
        csr: recorded.csr,
        subject: 'CN=printer1',
        predecessor: 'p',
        source: '192.0.2.7',
        authenticated: true,
        since: NOW,
        expiresAt: recorded.expiresAt,
        reason: undefined,
        certificateUuid: undefined,
        challengeUse: 'reserved',
        decision: undefined,
        approvals: [],
        decisions: 0,
      })
      expect(await usesLeft()).toBe(0)
      const twin = sampleTransaction(configuration, { identity: transaction.identity })
      expect(await store.approvals.wait(twin, sampleWaiting())).toEqual({ status: 'conflict', on: 'transaction' })
      expect(await store.ledger.find(transaction.identity)).toMatchObject({
        state: 'awaiting_approval',
        expiresAt: recorded.expiresAt,
      })
    })

    test('S-2.4-08 is not recorded without its challenge, nor on an old configuration', async () => {
      const { store, configuration, transaction } = await waiting()
      const { challengeUse } = transaction
      if (challengeUse === undefined) throw new Error('no challenge')
      const without = sampleTransaction(configuration, { challengeUse })
      expect(await store.approvals.wait(without, sampleWaiting())).toEqual({ status: 'conflict', on: 'challenge' })
      const old = sampleTransaction(configuration, { configurationVersion: 99 })
      expect(await store.approvals.wait(old, sampleWaiting())).toEqual({ status: 'conflict', on: 'configuration' })
      expect(await store.approvals.find(without.uuid)).toBeUndefined()
      expect(await store.approvals.find(old.uuid)).toBeUndefined()
    })

    test('S-3.1-P13 its challenge is found again where the reply will be encrypted with it, until long after', async () => {
      const { store, transaction, issue } = await waiting({ challenge: new Secret('pä$$ 1') })
      const kept = async () => (await store.ledger.find(transaction.identity))?.challenge?.reveal()
      expect(await kept()).toBe('pä$$ 1')
      await issue()
      await store.approvals.forget(new Date(NOW.getTime() + 13 * DAY))
      expect(await kept()).toBe('pä$$ 1')
      expect(await store.approvals.isDue(LATE)).toBe(true)
      await store.approvals.forget(LATE)
      expect(await kept()).toBeUndefined()
    })
  })

  describe('a person', () => {
    test('S-2.4-15 approves: certificate, decision and the spent challenge are one commit, and the CSR is gone', async () => {
      const { store, transaction, found, issue, usesLeft } = await waiting({ predecessor: 'old' })
      const decision = sampleDecision({ comment: 'seen on the shelf' })
      const { outcome, certificate } = await issue(undefined, decision)
      expect(outcome).toEqual({ status: 'committed', certificate: certificate.der })
      expect(await found()).toMatchObject({
        state: 'issued',
        csr: undefined,
        certificateUuid: certificate.uuid,
        challengeUse: 'spent',
        decision,
      })
      expect((await store.ledger.find(transaction.identity))?.certificate?.der).toEqual(certificate.der)
      expect(await store.inventory.findByDigest(certificate.digest)).toMatchObject({
        endpoint: transaction.identity.endpoint,
        raProfileId: transaction.raProfileId,
      })
      expect(await usesLeft()).toBe(0)
    })

    test('S-2.5-05 approves a renewal whose profile revokes predecessors: the one before is put down for it in the same commit', async () => {
      const { store, configuration, transaction, found } = await waiting({ predecessor: 'old' })
      const before = sampleCertificate(samplePrepared(configuration))
      await store.ledger.issue(sampleTransaction(configuration), before)
      const retires = { scepProfileId: transaction.scepProfileId, at: NOW }
      const successor = { ...sampleCertificate(samplePrepared(configuration)), predecessor: before.uuid, retires }
      await store.approvals.issue(await found(), successor, sampleDecision(), configuration.version)
      expect(await store.retirements.due(NOW, 10)).toMatchObject([
        { certificate: before.uuid, successor: successor.uuid },
      ])
    })

    test('of ten who approve and ten who refuse at the same moment one wins, and one certificate at most is made', async () => {
      const { store, configuration, found, issue } = await waiting()
      const other = await database.reopen((await database.shared()).options)
      const before = await store.inventory.count()
      const request = await found()
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          if (index % 2 === 0) return (await issue(request)).outcome
          return other.approvals.deny(request, 'enrolment_refused', 'spent', sampleDecision({ decision: 'rejected' }))
        }),
      )
      expect(tally(outcomes)).toEqual({ committed: 1, state: 19 })
      const { state } = await found()
      expect((await store.inventory.count()) - before).toBe(state === 'issued' ? 1 : 0)
      expect(configuration.version).toBe(1)
    })

    test('refuses: for good, the challenge is spent, the CSR is gone', async () => {
      const { store, transaction, found, issue, usesLeft } = await waiting()
      const decision = sampleDecision({ decision: 'rejected', comment: 'nobody knows it' })
      const request = await found()
      expect(await store.approvals.deny(request, 'enrolment_refused', 'spent', decision)).toEqual({
        status: 'committed',
      })
      expect(await found()).toMatchObject({ state: 'denied', csr: undefined, reason: 'enrolment_refused', decision })
      expect(await store.ledger.find(transaction.identity)).toMatchObject({ reason: 'enrolment_refused' })
      expect((await issue(request)).outcome).toEqual({ status: 'conflict', on: 'state' })
      expect(await usesLeft()).toBe(0)
    })

    test('S-2.4-08 a rule that is broken by now gives the challenge back', async () => {
      const { store, found, usesLeft } = await waiting()
      await store.approvals.deny(await found(), 'subject_refused', 'returned', sampleDecision())
      expect(await usesLeft()).toBe(1)
    })

    test('agrees where others must too: it goes on waiting, and who agreed is found with it, also in the list', async () => {
      const { store, configuration, found, issue } = await waiting()
      const alice = sampleDecision({ comment: 'seen' })
      const agree = async (decision = alice, version = configuration.version) =>
        store.approvals.agree(await found(), decision, version)
      expect(await agree(alice, 99)).toEqual({ status: 'conflict', on: 'configuration' })
      expect(await agree()).toEqual({ status: 'committed' })
      expect(await found()).toMatchObject({
        state: 'awaiting_approval',
        decision: alice,
        approvals: [alice],
        decisions: 1,
        challengeUse: 'reserved',
      })
      const bob = sampleDecision({ by: 'bob', role: 'administrator' })
      expect((await issue(undefined, bob)).outcome).toMatchObject({ status: 'committed' })
      const { uuid, approvals } = await found()
      expect(approvals).toEqual([alice, bob])
      const listed = await store.approvals.list({ which: 'decided', authenticated: true, limit: 1000 })
      expect(listed.find((one) => one.uuid === uuid)?.approvals).toEqual([alice, bob])
      expect(await store.approvals.agree(await found(), sampleDecision(), configuration.version)).toEqual({
        status: 'conflict',
        on: 'state',
      })
    })

    test('what rests on who agreed is written only while nobody else has; a refusal rests on nothing', async () => {
      const { store, configuration, found, issue } = await waiting()
      const before = await found()
      await store.approvals.agree(before, sampleDecision(), configuration.version)
      const late = { status: 'conflict', on: 'state' }
      expect(await store.approvals.agree(before, sampleDecision({ by: 'bob' }), configuration.version)).toEqual(late)
      expect((await issue(before)).outcome).toEqual(late)
      const prepared = samplePrepared(configuration)
      expect(await store.approvals.order(before, prepared, sampleDecision(), configuration.version)).toEqual(late)
      expect((await found()).approvals).toHaveLength(1)
      const rejected = sampleDecision({ decision: 'rejected', by: 'carol' })
      expect(await store.approvals.deny(before, 'enrolment_refused', 'spent', rejected)).toEqual({
        status: 'committed',
      })
      expect(await found()).toMatchObject({ state: 'denied', decisions: 2, decision: rejected })
    })

    test('of twenty who agree at the same moment on two nodes one is written at a time, and none is lost', async () => {
      const { store, configuration, found } = await waiting()
      const other = await database.reopen((await database.shared()).options)
      const request = await found()
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? store : other).approvals.agree(
            request,
            sampleDecision({ by: `n${index}` }),
            configuration.version,
          ),
        ),
      )
      expect(tally(outcomes)).toEqual({ committed: 1, state: 19 })
      const { approvals, decisions } = await found()
      expect([approvals.length, decisions]).toEqual([1, 1])
    })

    test('of the last two of three who approve at the same moment on two nodes one is the last: one certificate', async () => {
      const { store, configuration, transaction, found } = await waiting()
      const other = await database.reopen((await database.shared()).options)
      const before = await store.inventory.count()
      const say = (where: typeof store, by: string) => approveThree(where, configuration, transaction.uuid, by)
      const outcomes = await Promise.all([
        say(store, 'alice'),
        say(other, 'bob'),
        say(store, 'carol'),
        say(other, 'alice'),
      ])
      expect(outcomes.filter((one) => one === 'issued')).toHaveLength(1)
      expect((await store.inventory.count()) - before).toBe(1)
      const { state, approvals } = await found()
      expect([state, approvals.map(({ by }) => by).toSorted()]).toEqual(['issued', ['alice', 'bob', 'carol']])
    })

    test('decides on the newest configuration only', async () => {
      const { store, configuration, found } = await waiting()
      const certificate = sampleCertificate(samplePrepared(configuration))
      const outcome = await store.approvals.issue(await found(), certificate, sampleDecision(), 99)
      expect(outcome).toEqual({ status: 'conflict', on: 'configuration' })
      expect(await found()).toMatchObject({ state: 'awaiting_approval', decision: undefined })
    })
  })

  describe('S-4.4-07 an approval after which nothing could be signed', () => {
    test('gives the challenge back, keeps the request, and a second one takes the challenge again', async () => {
      const { store, found, issue, usesLeft } = await waiting()
      const first = sampleDecision()
      await store.approvals.fail(await found(), first)
      expect(await found()).toMatchObject({ state: 'failed', reason: 'issue_failed', decision: first })
      expect((await found()).csr).toEqual(sampleWaiting().csr)
      expect(await usesLeft()).toBe(1)
      await store.approvals.fail(await found(), sampleDecision())
      const second = sampleDecision({ by: 'bob' })
      expect((await issue(undefined, second)).outcome).toMatchObject({ status: 'committed' })
      expect(await found()).toMatchObject({ state: 'issued', reason: undefined, decision: second })
      expect(await usesLeft()).toBe(0)
    })

    test('S-2.4-08 and a refusal after it takes the challenge again, so that it opens nothing else', async () => {
      const { store, found, usesLeft } = await waiting()
      await store.approvals.fail(await found(), sampleDecision())
      expect(await usesLeft()).toBe(1)
      const rejected = sampleDecision({ decision: 'rejected' })
      expect(await store.approvals.deny(await found(), 'enrolment_refused', 'spent', rejected)).toEqual({
        status: 'committed',
      })
      expect(await usesLeft()).toBe(0)
      expect(await found()).toMatchObject({ state: 'denied', challengeUse: 'spent', decision: rejected })
    })

    test('and a refusal stands also where another request has used the challenge meanwhile', async () => {
      const { store, configuration, transaction, found, usesLeft } = await waiting()
      await store.approvals.fail(await found(), sampleDecision())
      const { challengeUse } = transaction
      if (challengeUse === undefined) throw new Error('no challenge')
      const other = sampleTransaction(configuration, { challengeUse })
      await store.ledger.issue(other, sampleCertificate(samplePrepared(configuration)))
      const rejected = sampleDecision({ decision: 'rejected' })
      expect(await store.approvals.deny(await found(), 'enrolment_refused', 'spent', rejected)).toEqual({
        status: 'committed',
      })
      expect(await usesLeft()).toBe(0)
      expect(await found()).toMatchObject({ state: 'denied', challengeUse: 'returned', decision: rejected })
    })

    test('is not followed by another where the challenge was used meanwhile', async () => {
      const { store, configuration, transaction, found, issue } = await waiting()
      await store.approvals.fail(await found(), sampleDecision())
      const { challengeUse } = transaction
      if (challengeUse === undefined) throw new Error('no challenge')
      const other = sampleTransaction(configuration, { challengeUse })
      await store.ledger.issue(other, sampleCertificate(samplePrepared(configuration)))
      expect((await issue()).outcome).toEqual({ status: 'conflict', on: 'challenge' })
      expect(await found()).toMatchObject({ state: 'failed' })
    })

    test('the CSR of one that nobody tries again is forgotten in time, and at once when the device asks anew', async () => {
      const { store, found } = await waiting()
      await store.approvals.fail(await found(), sampleDecision())
      expect(await store.approvals.isDue(LATE)).toBe(true)
      await store.approvals.forget(LATE)
      expect(await found()).toMatchObject({ state: 'failed', csr: undefined })

      const again = await waiting()
      await store.approvals.fail(await again.found(), sampleDecision())
      const { identity, uuid } = again.transaction
      const successor = sampleTransaction(again.configuration, { identity, supersedes: uuid })
      expect(await store.approvals.wait(successor, sampleWaiting())).toEqual({ status: 'committed' })
      expect((await again.found()).csr).toBeUndefined()
      expect((await again.issue()).outcome).toEqual({ status: 'conflict', on: 'state' })
    })
  })

  describe('an authority elsewhere', () => {
    test('has the TBS recorded with the decision; the ledger finishes it', async () => {
      const { store, configuration, transaction, found, usesLeft } = await waiting()
      const prepared = samplePrepared(configuration)
      await store.approvals.order(await found(), prepared, sampleDecision(), configuration.version)
      expect(await store.ledger.find(transaction.identity)).toMatchObject({
        state: 'ordered',
        ordered: { issuerId: prepared.issuerId, serialNumber: prepared.serialNumber, tbs: prepared.tbs },
      })
      expect(await store.ledger.finish(transaction.uuid, sampleCertificate(prepared), NOW)).toMatchObject({
        status: 'committed',
      })
      expect(await found()).toMatchObject({ state: 'issued', csr: undefined, challengeUse: 'spent' })
      expect(await usesLeft()).toBe(0)
    })

    test('that never signs has failed after a while, and the request may be approved again', async () => {
      const { store, configuration, found, issue, usesLeft } = await waiting()
      await store.approvals.order(await found(), samplePrepared(configuration), sampleDecision(), configuration.version)
      const later = new Date(NOW.getTime() + 11 * 60_000)
      expect(await store.approvals.isDue(later)).toBe(true)
      expect(await store.approvals.close(later)).toBe(1)
      expect(await found()).toMatchObject({ state: 'failed', challengeUse: 'returned' })
      expect(await usesLeft()).toBe(1)
      expect((await issue()).outcome).toMatchObject({ status: 'committed' })
    })
  })

  describe('time', () => {
    test('closes what nobody decided upon, and gives its challenge back, once', async () => {
      const { store, found, issue, usesLeft } = await waiting()
      const { uuid } = await found()
      expect(await store.approvals.expire(uuid, NOW)).toEqual({ status: 'conflict', on: 'state' })
      const late = sampleDecision({ at: LATE })
      expect((await issue(undefined, late)).outcome, 'nor can it be approved then').toMatchObject({ on: 'state' })
      expect(await store.approvals.isDue(LATE)).toBe(true)
      const closed = await Promise.all([store.approvals.close(LATE), store.approvals.close(LATE)])
      expect(closed.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(1)
      expect(await found()).toMatchObject({
        state: 'denied',
        csr: undefined,
        reason: 'approval_expired',
        challengeUse: 'returned',
        decision: { decision: 'expired', by: 'expiry' },
      })
      expect(await usesLeft()).toBe(1)
      await store.approvals.forget(LATE)
      expect(await store.approvals.isDue(LATE)).toBe(false)
    })

    test('is kept by one node: under a lease that somebody else has, nothing is closed', async () => {
      const { store, found } = await waiting()
      const lease = await store.leases.acquire('closing', 'one', 60)
      if (lease === undefined) throw new Error('no lease')
      expect(await store.approvals.close(LATE, { ...lease, token: lease.token + 1 })).toBe(0)
      expect(await found()).toMatchObject({ state: 'awaiting_approval' })
      expect(await store.approvals.close(LATE, lease)).toBeGreaterThan(0)
    })
  })

  describe('S-2.4-04 requests without a challenge', () => {
    test('wait as long as there is room, in all and for one source; what is too late takes none', async () => {
      const { store, configuration } = await database.fresh()
      const caps = { mostWaiting: 4, mostWaitingPerSource: 2 }
      const ask = (source: string, at = NOW) =>
        store.approvals.wait(
          sampleTransaction(configuration, { now: at }),
          sampleWaiting({ authenticated: false, caps, source, expiresAt: new Date(at.getTime() + DAY) }),
        )
      const full = { status: 'conflict', on: 'caps' }
      for (const source of ['a', 'a', 'b']) expect(await ask(source)).toEqual({ status: 'committed' })
      expect(await ask('a')).toEqual(full)
      expect(await ask('b')).toEqual({ status: 'committed' })
      expect(await ask('c')).toEqual(full)
      expect(await store.approvals.wait(sampleTransaction(configuration), sampleWaiting())).toEqual({
        status: 'committed',
      })
      expect(await ask('a', new Date(NOW.getTime() + 2 * DAY))).toEqual({ status: 'committed' })
    })

    test('are in a list of their own', async () => {
      const { store, configuration } = await database.fresh()
      const add = async (authenticated: boolean) => {
        const transaction = sampleTransaction(configuration)
        await store.approvals.wait(transaction, sampleWaiting({ authenticated }))
        return transaction.uuid
      }
      const vouched = [await add(true), await add(true), await add(true)].toSorted()
      const stranger = await add(false)
      const uuids = async (options: Partial<Parameters<typeof store.approvals.list>[0]> = {}) =>
        (await store.approvals.list({ which: 'open', authenticated: true, limit: 10, ...options })).map(
          ({ uuid }) => uuid,
        )
      expect(await uuids()).toEqual(vouched)
      expect(await uuids({ authenticated: false })).toEqual([stranger])
      expect(await uuids({ limit: 2 })).toEqual(vouched.slice(0, 2))
      expect(await uuids({ after: vouched[1] })).toEqual(vouched.slice(2))
      expect(await uuids({ scepProfileId: 99 })).toEqual([])
      expect(await store.approvals.count({ authenticated: false }, NOW)).toBe(1)
      expect(await store.approvals.count({ authenticated: true }, LATE)).toBe(0)
      for (const uuid of vouched) {
        const request = await store.approvals.find(uuid)
        if (request !== undefined) await store.approvals.fail(request, sampleDecision())
        const failed = await store.approvals.find(uuid)
        if (failed !== undefined) await store.approvals.deny(failed, 'enrolment_refused', 'spent', sampleDecision())
      }
      expect(await uuids()).toEqual([])
      expect(await uuids({ which: 'decided' })).toEqual(vouched.toReversed())
      expect(await uuids({ which: 'decided', after: vouched[2], limit: 1 })).toEqual([vouched[1]])
    })
  })

  test('an enrolment that nobody had to approve is no request of the queue', async () => {
    const { store, configuration } = await database.shared()
    const transaction = sampleTransaction(configuration)
    await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))
    expect(await store.approvals.find(transaction.uuid)).toBeUndefined()
  })

  test('a sealed CSR that was moved to another row does not open', async () => {
    const [one, other] = [await waiting(), await waiting()]
    await one.store.commit({
      writes: [
        {
          statement: moveCsr,
          values: { from: one.transaction.uuid, to: other.transaction.uuid },
          otherwise: 'state',
        },
      ],
    })
    await expect(one.store.approvals.find(other.transaction.uuid)).rejects.toMatchObject({ code: 'ERR_STORE_SEAL' })
  })
})

/** As the rules do it (packages/ra/src/approval/approve.ts), for a rule that wants three. */
async function approveThree(store: Store, configuration: Configuration, uuid: string, by: string): Promise<string> {
  for (;;) {
    const request = await store.approvals.find(uuid)
    if (request === undefined || request.csr === undefined) return 'decided'
    const others = new Set(request.approvals.map((one) => one.by))
    if (others.has(by)) return 'repeated'
    const decision = sampleDecision({ by })
    const { version } = configuration
    const last = others.size === 2
    const outcome = last
      ? await store.approvals.issue(request, sampleCertificate(samplePrepared(configuration)), decision, version)
      : await store.approvals.agree(request, decision, version)
    if (outcome.status === 'committed') return last ? 'issued' : 'agreed'
  }
}

const moveCsr = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set((eb) => ({
      sealed_csr: eb
        .selectFrom('scep_transaction as other')
        .select('other.sealed_csr')
        .where('other.uuid', '=', slot<string>('from')),
    }))
    .where('uuid', '=', slot<string>('to')),
)

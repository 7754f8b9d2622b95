import { type NewCertificate, type RevocationReason, retire, revoke } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction } from './testing/sample.ts'

const DAY = 86_400_000
const AT = new Date(NOW.getTime() + 7 * DAY)

onBothDatabases((database) => {
  /** A certificate and its successor, which is to retire it after seven days. */
  const renewed = async (way: 'issue' | 'begin and finish' = 'issue') => {
    const { store, configuration } = await database.fresh()
    const scepProfileId = configuration.scepProfiles[0]?.id ?? 0
    const issue = async (change: Partial<NewCertificate> = {}) => {
      const prepared = samplePrepared(configuration)
      const certificate = { ...sampleCertificate(prepared), ...change }
      const transaction = sampleTransaction(configuration)
      if (way === 'issue') await store.ledger.issue(transaction, certificate)
      else {
        await store.ledger.begin(transaction, prepared)
        await store.ledger.finish(transaction.uuid, certificate, NOW)
      }
      return certificate
    }
    const old = await issue()
    const renew = () => issue({ predecessor: old.uuid, retires: { scepProfileId, at: AT } })
    const next = await renew()
    const revokeNow = (uuid: string, reason: RevocationReason = 'keyCompromise') =>
      revoke({ uuid }, { at: NOW, reason }, store.revocations)
    const states = async () =>
      Promise.all([old, next].map(async ({ uuid }) => (await store.revocations.find({ uuid }))[0]?.state))
    return { store, old, next, renew, revokeNow, states, scepProfileId, issuerId: old.prepared.issuerId }
  }

  test.each(['issue', 'begin and finish'] as const)(
    'S-2.5-05 by %s, what is due is known from its day on, with what has become of both certificates',
    async (way) => {
      const { store, old, next, revokeNow, scepProfileId, issuerId } = await renewed(way)
      expect(await store.retirements.due(new Date(AT.getTime() - 1), 10)).toEqual([])
      const due = {
        certificate: old.uuid,
        successor: next.uuid,
        scepProfileId,
        issuerId,
        notAfter: old.prepared.notAfter,
        state: 'issued',
        successorState: 'issued',
      }
      expect(await store.retirements.due(AT, 10)).toEqual([due])
      await revokeNow(next.uuid)
      expect(await store.retirements.due(AT, 10)).toEqual([{ ...due, successorState: 'revoked' }])
    },
  )

  test('S-2.5-05 a predecessor is revoked once, as superseded, its CRL is due, and the successor stays', async () => {
    const { store, old, states, issuerId } = await renewed()
    const [due] = await store.retirements.due(AT, 10)
    if (due === undefined) throw new Error('nothing is due')
    const outcomes = await Promise.all([1, 2, 3].map(() => store.retirements.revoke(due, AT)))
    expect(outcomes.filter((done) => done)).toHaveLength(1)
    expect(await states()).toEqual(['revoked', 'issued'])
    expect((await store.revocations.find({ uuid: old.uuid }))[0]?.revocation).toEqual({ at: AT, reason: 'superseded' })
    expect(await store.crls.states(), 'counted once').toMatchObject([{ issuerId, revocations: 1 }])
    expect(await store.retirements.due(AT, 10)).toEqual([])
  })

  test('a successor that is revoked between look and revocation keeps its predecessor', async () => {
    const { store, next, states, revokeNow } = await renewed()
    const [due] = await store.retirements.due(AT, 10)
    if (due === undefined) throw new Error('nothing is due')
    await revokeNow(next.uuid)
    expect(await store.retirements.revoke(due, AT)).toBe(false)
    expect(await states()).toEqual(['issued', 'revoked'])
    expect(await store.retirements.due(AT, 10), 'and the entry is still to be decided').toHaveLength(1)
  })

  test('a second successor retires its predecessor, though the first one is revoked and forgotten', async () => {
    const { store, next, renew, revokeNow } = await renewed()
    await revokeNow(next.uuid)
    const second = await renew()
    const due = await store.retirements.due(AT, 10)
    const rule = (await store.configuration.load()).scepProfiles[0]?.renewal
    const verdicts = due.map((one) => [
      one.successor,
      retire(one, rule && { ...rule, revokePredecessorAfterDays: 7 }, AT),
    ])
    expect(Object.fromEntries(verdicts)).toEqual({
      [next.uuid]: { verdict: 'drop', why: 'its successor was revoked' },
      [second.uuid]: { verdict: 'revoke' },
    })
  })

  test('under a lease that somebody else has, nothing is revoked and nothing forgotten', async () => {
    const { store, states } = await renewed()
    const [due] = await store.retirements.due(AT, 10)
    const lost = await store.leases.acquire('revokePredecessors', 'first', 0)
    await store.leases.acquire('revokePredecessors', 'second', 60)
    if (due === undefined || lost === undefined) throw new Error('nothing is due')
    expect(await store.retirements.revoke(due, AT, lost)).toBe(false)
    expect(await store.retirements.drop(due, lost)).toBe(false)
    expect(await states()).toEqual(['issued', 'issued'])
    expect(await store.retirements.due(AT, 10)).toHaveLength(1)
    expect(await store.retirements.drop(due)).toBe(true)
    expect(await store.retirements.due(AT, 10)).toEqual([])
  })

  test('S-2.5-05 without the rule nothing is ever due', async () => {
    const { store, configuration } = await database.fresh()
    const old = sampleCertificate(samplePrepared(configuration))
    await store.ledger.issue(sampleTransaction(configuration), old)
    const next = { ...sampleCertificate(samplePrepared(configuration)), predecessor: old.uuid }
    await store.ledger.issue(sampleTransaction(configuration), next)
    expect(await store.retirements.due(new Date(NOW.getTime() + 10_000 * DAY), 10)).toEqual([])
  })
})

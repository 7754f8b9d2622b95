import { type NewChallenge, Secret } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { create } from '../testing/ledger.ts'
import {
  NOW,
  sampleCertificate,
  sampleChallenge,
  sampleDecision,
  samplePrepared,
  sampleTransaction,
  sampleWaiting,
} from '../testing/sample.ts'
import type { ChallengeState } from './list.ts'

const DAY = 86_400_000
const later = (days: number) => new Date(NOW.getTime() + days * DAY)

onBothDatabases((database) => {
  let profiles = 1000

  /** A profile without challenges; in a store of its own where the claim is about all that is there. */
  async function profile(where: 'shared' | 'fresh' = 'shared') {
    const { store, configuration } = await database[where]()
    profiles += 10
    const scepProfileId = profiles
    const made = async (changes: Partial<NewChallenge> = {}) => {
      const challenge = sampleChallenge(configuration, { scepProfileId, ...changes })
      return { ...challenge, challengeUse: await create(store, challenge) }
    }
    /** Of each page, the newest first. */
    const pages = async (limit: number, state?: ChallengeState, now = NOW) => {
      const found: string[][] = []
      let before: number | undefined
      do {
        const page = await store.challenges.list({ scepProfileId, state, limit, before }, now)
        found.push(page.challenges.map(({ uuid }) => uuid))
        before = page.next
      } while (before !== undefined)
      return found
    }
    return { store, configuration, scepProfileId, made, pages }
  }

  test('many are made in one commit: all of them, or none where one exists already', async () => {
    const { store, configuration, scepProfileId, pages } = await profile()
    const challenges = Array.from({ length: 1000 }, (_, at) =>
      sampleChallenge(configuration, { scepProfileId, subject: `CN=printer${at}`, isPassword: at === 777 }),
    )
    await store.challenges.createAll(challenges)
    expect(await pages(1000)).toEqual([challenges.map(({ uuid }) => uuid).toReversed()])
    const one = challenges[777] as NewChallenge
    expect(await store.challenges.find(scepProfileId, one.challenge)).toMatchObject({
      uuid: one.uuid,
      subject: 'CN=printer777',
    })
    expect((await store.challenges.password(scepProfileId, one.uuid, NOW))?.reveal()).toBe(one.challenge.reveal())
    const more = [
      ...Array.from({ length: 20 }, () => sampleChallenge(configuration, { scepProfileId })),
      sampleChallenge(configuration, { scepProfileId, challenge: one.challenge }),
    ]
    await expect(store.challenges.createAll(more)).rejects.toMatchObject({ code: 'ERR_STORE_DUPLICATE' })
    expect(await store.challenges.find(scepProfileId, (more[0] as NewChallenge).challenge)).toBeUndefined()
    await store.challenges.createAll([])
  })

  test('they are listed the newest first, page by page, with everything but their text', async () => {
    const { store, scepProfileId, made, pages } = await profile()
    const all = []
    for (let count = 0; count < 5; count++) all.push(await made())
    const uuids = all.map(({ uuid }) => uuid).toReversed()
    expect(await pages(2)).toEqual([uuids.slice(0, 2), uuids.slice(2, 4), uuids.slice(4)])
    expect(await pages(5)).toEqual([uuids])
    const bound = await made({ uses: 3, subject: 'CN=a', subjectAltNames: ['DNS:a'], maker: 'alice' })
    const [entry] = (await store.challenges.list({ scepProfileId, limit: 1 }, NOW)).challenges
    expect(entry).toEqual({
      uuid: bound.uuid,
      state: 'live',
      uses: 3,
      remainingUses: 3,
      subject: 'CN=a',
      subjectAltNames: ['DNS:a'],
      createdAt: NOW,
      expiresAt: bound.expiresAt,
      revokedAt: null,
      maker: 'alice',
      origin: 'api',
      usedBy: [],
    })
    expect(JSON.stringify(entry)).not.toContain(bound.challenge.reveal())
    expect((await store.challenges.list({ scepProfileId: scepProfileId + 1, limit: 9 }, NOW)).challenges).toEqual([])
  })

  test('each is in one state, and revoked counts before used, used before expired', async () => {
    const { store, configuration, scepProfileId, made, pages } = await profile()
    const live = await made()
    const expired = await made({ expiresAt: NOW })
    const used = await made()
    const revoked = await made()
    const usedAndRevoked = await made()
    for (const { challengeUse } of [used, usedAndRevoked]) {
      const transaction = sampleTransaction(configuration, { challengeUse })
      expect((await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))).status).toBe(
        'committed',
      )
    }
    for (const { uuid } of [revoked, usedAndRevoked]) {
      expect(await store.challenges.revoke({ scepProfileId, uuid }, NOW)).toBe(true)
    }
    expect(await pages(9, 'live')).toEqual([[live.uuid]])
    expect(await pages(9, 'expired')).toEqual([[expired.uuid]])
    expect(await pages(9, 'used')).toEqual([[used.uuid]])
    expect(await pages(9, 'revoked')).toEqual([[usedAndRevoked.uuid, revoked.uuid]])
    expect(await pages(9, 'expired', later(1))).toEqual([[expired.uuid, live.uuid]])
    const states = (await store.challenges.list({ scepProfileId, limit: 9 }, NOW)).challenges.map(({ state }) => state)
    expect(states).toEqual(['revoked', 'revoked', 'used', 'expired', 'live'])
  })

  test('who used it is told: which transaction, where, and the certificate that came of it', async () => {
    const { store, configuration, scepProfileId, made } = await profile()
    const { uuid, challengeUse } = await made({ uses: 3 })
    const issued = sampleTransaction(configuration, { challengeUse })
    const certificate = sampleCertificate(samplePrepared(configuration))
    await store.ledger.issue(issued, certificate)
    const waiting = sampleTransaction(configuration, { challengeUse })
    await store.approvals.wait(waiting, sampleWaiting())
    const entry = await store.challenges.get({ scepProfileId, uuid }, NOW)
    const endpoint = 'scepProfile/default'
    expect(entry?.usedBy).toEqual([
      { transactionUuid: waiting.uuid, use: 'reserved', at: NOW, endpoint, certificateUuid: null },
      { transactionUuid: issued.uuid, use: 'spent', at: NOW, endpoint, certificateUuid: certificate.uuid },
    ])
    expect((await store.challenges.list({ scepProfileId, limit: 9 }, NOW)).challenges).toEqual([entry])
    expect(await store.challenges.get({ scepProfileId: scepProfileId + 1, uuid }, NOW)).toBeUndefined()
  })

  test('a revoked one opens nothing, again is the same, and that of another profile is none', async () => {
    const { store, configuration, scepProfileId, made } = await profile()
    const { uuid, challenge, challengeUse } = await made()
    expect(await store.challenges.revoke({ scepProfileId: scepProfileId + 1, uuid }, NOW)).toBe(false)
    expect(await store.challenges.find(scepProfileId, challenge)).toMatchObject({ revoked: false })
    for (const at of [NOW, later(1)]) expect(await store.challenges.revoke({ scepProfileId, uuid }, at)).toBe(true)
    expect(await store.challenges.get({ scepProfileId, uuid }, NOW)).toMatchObject({ state: 'revoked', revokedAt: NOW })
    const transaction = sampleTransaction(configuration, { challengeUse })
    const refused = await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))
    expect(refused).toEqual({ status: 'conflict', on: 'challenge' })
  })

  test('only so many of one origin are live at a time in a profile', async () => {
    const { store, configuration, scepProfileId, made } = await profile()
    await made()
    const page = () => sampleChallenge(configuration, { scepProfileId, origin: 'ndes-page' })
    const [first, second, third] = [page(), page(), page()]
    expect(await store.challenges.createWithin(first, 2)).toBe(true)
    expect(await store.challenges.createWithin(second, 2)).toBe(true)
    expect(await store.challenges.createWithin(third, 2)).toBe(false)
    expect(await store.challenges.find(scepProfileId, third.challenge)).toBeUndefined()
    expect(await store.challenges.createWithin({ ...third, scepProfileId: scepProfileId + 1 }, 2)).toBe(true)
    await store.challenges.revoke({ scepProfileId, uuid: first.uuid }, NOW)
    expect(await store.challenges.createWithin(page(), 2)).toBe(true)
    expect(await store.challenges.get({ scepProfileId, uuid: second.uuid }, NOW)).toMatchObject({ origin: 'ndes-page' })
  })

  test('what expired long ago goes with its uses, unless a certificate that came of it has not ended', async () => {
    const { store, configuration, scepProfileId, made } = await profile('fresh')
    const unused = await made()
    const spent = await made()
    const young = await made({ expiresAt: later(30) })
    const prepared = { ...samplePrepared(configuration), notAfter: later(200) }
    await store.ledger.issue(
      sampleTransaction(configuration, { challengeUse: spent.challengeUse }),
      sampleCertificate(prepared),
    )
    const left = async () =>
      (await store.challenges.list({ scepProfileId, limit: 9 }, NOW)).challenges.map(({ uuid }) => uuid)
    expect(await store.challenges.isPruneDue(later(90))).toBe(false)
    expect(await store.challenges.prune(later(90))).toBe(0)
    expect(await store.challenges.isPruneDue(later(91))).toBe(true)
    expect(await store.challenges.prune(later(91))).toBe(1)
    expect(await left()).toEqual([young.uuid, spent.uuid])
    expect(await store.challenges.find(scepProfileId, unused.challenge)).toBeUndefined()
    expect(await store.challenges.isPruneDue(later(91)), 'it is looked at again when the certificate has ended').toBe(
      false,
    )
    expect(await store.challenges.prune(later(201))).toBe(2)
    expect(await left()).toEqual([])
  })

  test('one whose use somebody has yet to decide about stays, also while a failed one may be tried again', async () => {
    const { store, configuration, scepProfileId, made } = await profile('fresh')
    const { uuid, challengeUse } = await made()
    const transaction = sampleTransaction(configuration, { challengeUse })
    await store.approvals.wait(transaction, sampleWaiting({ expiresAt: later(300) }))
    expect(await store.challenges.prune(later(100))).toBe(0)
    const request = await store.approvals.find(transaction.uuid)
    if (request === undefined) throw new Error('it does not wait')
    expect((await store.approvals.fail(request, sampleDecision({ at: later(101) }))).status).toBe('committed')
    expect(await store.challenges.prune(later(102))).toBe(0)
    expect(await store.challenges.get({ scepProfileId, uuid }, NOW)).toMatchObject({ usedBy: [{ use: 'returned' }] })
    await store.approvals.forget(later(301))
    expect(await store.challenges.prune(later(302))).toBe(1)
    expect(await store.challenges.get({ scepProfileId, uuid }, NOW)).toBeUndefined()
  })

  test('S-2.4-10 the sealed text of a password is gone once it can open nothing', async () => {
    const { store, scepProfileId, made } = await profile('fresh')
    const password = (text: string, days: number) =>
      made({ challenge: new Secret(text), isPassword: true, expiresAt: later(days) })
    const [expired, revoked, live] = [await password('a', 1), await password('b', 9), await password('c', 9)]
    expect(await store.challenges.isPruneDue(NOW)).toBe(false)
    await store.challenges.revoke({ scepProfileId, uuid: revoked.uuid }, NOW)
    expect(await store.challenges.isPruneDue(NOW)).toBe(true)
    await store.challenges.prune(later(2))
    expect(await store.challenges.isPruneDue(later(2))).toBe(false)
    // With the clock of before: what is still there would open.
    const texts = await Promise.all(
      [expired, revoked, live].map(({ uuid }) => store.challenges.password(scepProfileId, uuid, NOW)),
    )
    expect(texts.map((secret) => secret?.reveal())).toEqual([undefined, undefined, 'c'])
  })
})

import type { ChallengeUse } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { slot, statement } from './statement.ts'
import { create, remaining, tally } from './testing/ledger.ts'
import {
  NOW,
  sampleCertificate,
  sampleChallenge,
  sampleIdentity,
  samplePrepared,
  sampleTransaction,
} from './testing/sample.ts'

onBothDatabases((database) => {
  test('S-5.2-02 what was issued is found again with the certificate that was stored', async () => {
    const { store, configuration } = await database.shared()
    const transaction = sampleTransaction(configuration)
    const certificate = sampleCertificate(samplePrepared(configuration))
    const outcome = await store.ledger.issue(transaction, certificate)
    expect(outcome).toEqual({ status: 'committed', certificate: certificate.der })
    expect(await store.ledger.find(transaction.identity)).toEqual({
      uuid: transaction.uuid,
      state: 'issued',
      raProfileId: transaction.raProfileId,
      csrKeyDigest: transaction.csrKeyDigest,
      csrContentDigest: transaction.csrContentDigest,
      ordered: undefined,
      certificate: {
        uuid: certificate.uuid,
        der: certificate.der,
        issuerId: certificate.prepared.issuerId,
        notBefore: certificate.prepared.notBefore,
        notAfter: certificate.prepared.notAfter,
        revoked: false,
        release: 'free',
      },
      vouched: false,
    })
  })

  test('S-5.2-03 a transaction is found by its whole identity only', async () => {
    const { store, configuration } = await database.shared()
    await store.ledger.issue(sampleTransaction(configuration), sampleCertificate(samplePrepared(configuration)))
    expect(await store.ledger.find(sampleIdentity())).toBeUndefined()
  })

  test('S-3.2.1.5-07 twenty copies of one request at once issue one certificate and use one challenge', async () => {
    const { store, configuration, options } = await database.shared()
    const other = await database.reopen(options)
    const challenge = sampleChallenge(configuration, { uses: 5 })
    const challengeUse = await create(store, challenge)
    const identity = sampleIdentity()
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : other).ledger.issue(
          sampleTransaction(configuration, { identity, challengeUse }),
          sampleCertificate(samplePrepared(configuration)),
        ),
      ),
    )
    expect(tally(outcomes)).toEqual({ committed: 1, transaction: 19 })
    expect(await remaining(store, challenge)).toBe(4)
  })

  test('S-2.4-07 fifty requests at once with one single-use challenge yield one certificate', async () => {
    const { store, configuration, options } = await database.shared()
    const other = await database.reopen(options)
    const before = await store.inventory.count()
    const challengeUse = await create(store, sampleChallenge(configuration))
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? store : other).ledger.issue(
          sampleTransaction(configuration, { challengeUse }),
          sampleCertificate(samplePrepared(configuration)),
        ),
      ),
    )
    expect(tally(outcomes)).toEqual({ committed: 1, challenge: 49 })
    expect(await store.inventory.count()).toBe(before + 1)
  })

  test('S-2.4-07 a challenge with ten uses is never used eleven times', async () => {
    const { store, configuration, options } = await database.shared()
    const other = await database.reopen(options)
    const challenge = sampleChallenge(configuration, { uses: 10 })
    const challengeUse = await create(store, challenge)
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (index % 2 === 0 ? store : other).ledger.begin(
          sampleTransaction(configuration, { challengeUse }),
          samplePrepared(configuration),
        ),
      ),
    )
    expect(tally(outcomes)).toEqual({ committed: 10, challenge: 50 })
    expect(await remaining(store, challenge)).toBe(0)
  })

  test('a unit that fails writes nothing', async () => {
    const { store, configuration } = await database.shared()
    const before = await store.inventory.count()
    const challenge = sampleChallenge(configuration, { expiresAt: NOW })
    const transaction = sampleTransaction(configuration, { challengeUse: await create(store, challenge) })
    const outcome = await store.ledger.issue(transaction, sampleCertificate(samplePrepared(configuration)))
    expect(outcome).toEqual({ status: 'conflict', on: 'challenge' })
    expect(await store.ledger.find(transaction.identity)).toBeUndefined()
    expect(await store.inventory.count()).toBe(before)
    expect(await remaining(store, challenge)).toBe(1)
  })

  test('S-2.4-06 a challenge that expired or was revoked after it was validated is not accepted', async () => {
    const { store, configuration } = await database.shared()
    const issue = (challengeUse: ChallengeUse, now = NOW) =>
      store.ledger.issue(
        sampleTransaction(configuration, { challengeUse, now }),
        sampleCertificate(samplePrepared(configuration)),
      )
    const challenge = sampleChallenge(configuration, { uses: 3 })
    const use = await create(store, challenge)
    expect(await issue(use)).toMatchObject({ status: 'committed' })
    expect(await issue(use, challenge.expiresAt)).toEqual({ status: 'conflict', on: 'challenge' })
    await store.commit({ writes: [{ statement: revoke, values: { uuid: challenge.uuid }, otherwise: 'challenge' }] })
    expect(await issue(use)).toEqual({ status: 'conflict', on: 'challenge' })
  })

  test('of several conflicts the identity is named first, then the configuration, then the challenge', async () => {
    const { store, configuration } = await database.shared()
    const spent = await create(store, sampleChallenge(configuration))
    const known = sampleTransaction(configuration, { challengeUse: spent })
    await store.ledger.issue(known, sampleCertificate(samplePrepared(configuration)))
    const attempt = (identity = sampleIdentity(), configurationVersion = configuration.version) =>
      store.ledger.issue(
        sampleTransaction(configuration, { identity, configurationVersion, challengeUse: spent }),
        sampleCertificate(samplePrepared(configuration)),
      )
    expect(await attempt(known.identity, 99)).toEqual({ status: 'conflict', on: 'transaction' })
    expect(await attempt(sampleIdentity(), 99)).toEqual({ status: 'conflict', on: 'configuration' })
    expect(await attempt()).toEqual({ status: 'conflict', on: 'challenge' })
  })

  test('S-5.2-05 a successor takes the place of its predecessor in the same commit, and only one does', async () => {
    const { store, configuration } = await database.shared()
    const first = sampleTransaction(configuration)
    await store.ledger.issue(first, sampleCertificate(samplePrepared(configuration)))
    const successors = Array.from({ length: 10 }, () =>
      sampleTransaction(configuration, { identity: first.identity, supersedes: first.uuid }),
    )
    const outcomes = await Promise.all(
      successors.map((successor) => store.ledger.issue(successor, sampleCertificate(samplePrepared(configuration)))),
    )
    expect(tally(outcomes)).toEqual({ committed: 1, transaction: 9 })
    const winner = successors[outcomes.findIndex(({ status }) => status === 'committed')]
    expect((await store.ledger.find(first.identity))?.uuid).toBe(winner?.uuid)
  })

  test('a transaction that was begun holds the TBS until it is finished', async () => {
    const { store, configuration } = await database.shared()
    const challenge = sampleChallenge(configuration)
    const transaction = sampleTransaction(configuration, { challengeUse: await create(store, challenge) })
    const prepared = samplePrepared(configuration)
    expect(await store.ledger.begin(transaction, prepared)).toEqual({ status: 'committed' })
    expect(await store.ledger.find(transaction.identity)).toMatchObject({
      state: 'ordered',
      ordered: { issuerId: prepared.issuerId, serialNumber: prepared.serialNumber, tbs: prepared.tbs, at: NOW },
      certificate: undefined,
    })
    const certificate = sampleCertificate(prepared)
    const finished = await Promise.all(
      [certificate, sampleCertificate(prepared)].map((one) => store.ledger.finish(transaction.uuid, one, NOW)),
    )
    expect(tally(finished)).toEqual({ committed: 1, state: 1 })
    expect(await store.ledger.find(transaction.identity)).toMatchObject({ state: 'issued', ordered: undefined })
    expect(await store.ledger.abandon(transaction.uuid, NOW)).toEqual({ status: 'conflict', on: 'state' })
    expect(await remaining(store, challenge)).toBe(0)
  })

  test('S-2.4-08 a transaction that was abandoned gives its challenge back, once, and is never finished', async () => {
    const { store, configuration } = await database.shared()
    const challenge = sampleChallenge(configuration)
    const transaction = sampleTransaction(configuration, { challengeUse: await create(store, challenge) })
    const prepared = samplePrepared(configuration)
    await store.ledger.begin(transaction, prepared)
    const abandoned = await Promise.all([1, 2, 3].map(() => store.ledger.abandon(transaction.uuid, NOW)))
    expect(tally(abandoned)).toEqual({ committed: 1, state: 2 })
    expect(await remaining(store, challenge)).toBe(1)
    const late = await store.ledger.finish(transaction.uuid, sampleCertificate(prepared), NOW)
    expect(late).toEqual({ status: 'conflict', on: 'state' })
    expect(await store.ledger.find(transaction.identity)).toMatchObject({ state: 'failed', certificate: undefined })
  })

  test('no serial number of an issuer is stored twice', async () => {
    const { store, configuration } = await database.shared()
    const prepared = samplePrepared(configuration)
    const transaction = sampleTransaction(configuration)
    await store.ledger.issue(sampleTransaction(configuration), sampleCertificate(prepared))
    const before = await store.inventory.serials()
    await expect(store.ledger.issue(transaction, sampleCertificate(prepared))).rejects.toThrow()
    expect(await store.ledger.find(transaction.identity)).toBeUndefined()
    expect(await store.inventory.serials()).toEqual(before)
  })

  test('a certificate is found by its whole content', async () => {
    const { store, configuration } = await database.shared()
    const certificate = sampleCertificate(samplePrepared(configuration))
    await store.ledger.issue(sampleTransaction(configuration), certificate)
    expect(await store.inventory.findByDigest(certificate.digest)).toEqual({
      uuid: certificate.uuid,
      der: certificate.der,
      issuerId: certificate.prepared.issuerId,
      state: 'issued',
      endpoint: sampleTransaction(configuration).identity.endpoint,
      raProfileId: sampleTransaction(configuration).raProfileId,
    })
    expect(await store.inventory.findByDigest(sampleCertificate(certificate.prepared).digest)).toBeUndefined()
  })
})

const revoke = statement((db) =>
  db.updateTable('challenge').set({ revoked_at: 1 }).where('uuid', '=', slot<string>('uuid')),
)

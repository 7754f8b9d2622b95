import { randomBytes, randomUUID } from 'node:crypto'
import type { Configuration, NextIssuer } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { RA_PRIVATE_KEY } from '../testing/ra-private-key.ts'
import {
  CA_PRIVATE_KEY,
  NOW,
  sampleCertificate,
  samplePrepared,
  sampleTransaction,
  sampleValidity,
} from '../testing/sample.ts'

const LATER = new Date(NOW.getTime() + 90 * 86_400_000)

onBothDatabases((database) => {
  const prepared = async (changes: Partial<NextIssuer> = {}) => {
    const { store, configuration } = await database.fresh()
    const added = { ...sampleNext(configuration), ...changes }
    expect(await store.configuration.addNextIssuer(added, 1)).toEqual({ status: 'changed', version: 2 })
    const after = await store.configuration.load()
    const [former, next] = after.issuers
    if (former === undefined || next === undefined) throw new Error('an issuer is missing')
    const ofFormer = after.raCertificates.filter(({ issuerId }) => issuerId === former.id)
    const stepping = {
      issuerId: next.id,
      raCertificates: ofFormer.map(({ uuid }) => ({ uuid, decryptsUntil: LATER })),
    }
    return { store, added, after, next, former, stepping }
  }
  const states = ({ issuers, raCertificates }: Configuration) => [
    issuers.map(({ state }) => state),
    raCertificates.map(({ state }) => state),
  ]

  test('a next generation comes with its key, its date and an RA certificate that is in the inventory', async () => {
    const { store, added, after, next } = await prepared({ currentFrom: LATER })
    expect(states(after)).toEqual([
      ['current', 'next'],
      ['current', 'current'],
    ])
    const { generation, certificate, chain, privateKey } = added
    expect(next).toMatchObject({ generation, certificate, chain, privateKey, currentFrom: LATER })
    const [ra] = added.raCertificates
    if (ra === undefined || 'same' in ra) throw new Error('no RA certificate')
    const { uuid } = ra
    expect(after.raCertificates[1]).toMatchObject({ uuid, issuerId: next.id, privateKey: { pkcs8: RA_PRIVATE_KEY } })
    expect(await store.revocations.find({ uuid })).toMatchObject([{ issuerId: next.id, purpose: 'ra' }])
    expect((await store.crls.states()).map(({ certificate: of }) => of)).toEqual(
      after.issuers.map((one) => one.certificate),
    )
  })

  test('a next CA that is its own RA has one sealed key and is no entry of the inventory', async () => {
    const uuid = randomUUID()
    const { store, after, next } = await prepared({ raCertificates: [{ uuid, same: 'issuer', scepProfileId: 1 }] })
    const { certificate, privateKey, id } = next
    expect(after.raCertificates[1]).toMatchObject({ uuid, certificate, privateKey, issuerId: id, state: 'current' })
    expect(await store.revocations.find({ uuid })).toEqual([])
  })

  test('of two that prepare the same generation at once one does', async () => {
    const { store, configuration, options } = await database.fresh()
    const other = await database.reopen(options)
    const outcomes = await Promise.all(
      [store, other].map((one) => one.configuration.addNextIssuer(sampleNext(configuration), 1)),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['changed', 'stale'])
    expect((await store.configuration.load()).issuers).toHaveLength(2)
  })

  test('there is never a second next generation, nor a number twice', async () => {
    const { store, after } = await prepared()
    for (const generation of [2, 3]) {
      const again = { ...sampleNext(after), generation }
      expect(await store.configuration.addNextIssuer(again, 2)).toEqual({ status: 'conflict' })
    }
    expect((await store.configuration.load()).version).toBe(2)
  })

  test('the switch-over is one step, once, and says since when', async () => {
    const { store, stepping } = await prepared()
    expect(await store.configuration.switchOver(stepping, 1)).toEqual({ status: 'stale' })
    expect(await store.configuration.switchOver(stepping, 2)).toEqual({ status: 'changed', version: 3 })
    const after = await store.configuration.load()
    expect(states(after)).toEqual([
      ['retired', 'current'],
      ['retired', 'current'],
    ])
    expect(after.issuers[1]?.currentFrom).toEqual(NOW)
    expect(after.raCertificates[0]?.decryptsUntil).toEqual(LATER)
    expect(await store.configuration.switchOver(stepping, 3)).toEqual({ status: 'conflict' })
    expect(await store.configuration.withdrawNextIssuer(stepping, 3)).toEqual({ status: 'conflict' })
  })

  test('under a lease that somebody else has taken nothing switches over', async () => {
    const { store, stepping } = await prepared()
    const lost = await store.leases.acquire('switchOver', 'one', 0)
    await store.leases.acquire('switchOver', 'another', 30)
    expect(await store.configuration.switchOver(stepping, 2, lost)).toEqual({ status: 'conflict' })
    expect(states(await store.configuration.load())).toEqual([
      ['current', 'next'],
      ['current', 'current'],
    ])
  })

  test('one that has issued nothing to a device is withdrawn, and its number is not used again', async () => {
    const { store, after, next, former } = await prepared()
    const own = after.raCertificates.filter(({ issuerId }) => issuerId === next.id)
    const stepping = {
      issuerId: next.id,
      raCertificates: own.map(({ uuid }) => ({ uuid, decryptsUntil: LATER })),
    }
    expect(await store.configuration.withdrawNextIssuer({ ...stepping, issuerId: former.id }, 2)).toEqual({
      status: 'conflict',
    })
    expect(await store.configuration.withdrawNextIssuer(stepping, 2)).toEqual({ status: 'changed', version: 3 })
    const then = await store.configuration.load()
    expect(states(then)).toEqual([
      ['current', 'withdrawn'],
      ['current', 'retired'],
    ])
    expect(await store.configuration.addNextIssuer(sampleNext(then), 3)).toEqual({ status: 'conflict' })
    const third = { ...sampleNext(then), generation: 3 }
    expect(await store.configuration.addNextIssuer(third, 3)).toEqual({ status: 'changed', version: 4 })
  })

  test.each(['issued', 'ordered'])('one for which a certificate is %s is not withdrawn', async (state) => {
    const { store, after, next } = await prepared()
    const order = { ...samplePrepared(after), issuerId: next.id }
    const transaction = sampleTransaction(after)
    const outcome =
      state === 'issued'
        ? await store.ledger.issue(transaction, sampleCertificate(order))
        : await store.ledger.begin(transaction, order)
    expect(outcome.status).toBe('committed')
    const stepping = { issuerId: next.id, raCertificates: [] }
    expect(await store.configuration.withdrawNextIssuer(stepping, 2)).toEqual({ status: 'conflict' })
    const known = await store.ledger.find(transaction.identity)
    expect(known?.certificate?.issuerId ?? known?.ordered?.issuerId).toBe(next.id)
  })
})

function sampleNext({ authorities, scepProfiles }: Configuration): NextIssuer {
  return {
    authorityUuid: authorities[0]?.uuid ?? '',
    generation: 2,
    certificate: randomBytes(700),
    chain: [],
    privateKey: { kind: 'software', pkcs8: CA_PRIVATE_KEY },
    currentFrom: null,
    raCertificates: [
      {
        uuid: randomUUID(),
        scepProfileId: scepProfiles[0]?.id ?? 0,
        certificate: randomBytes(900),
        privateKey: { kind: 'software', pkcs8: RA_PRIVATE_KEY },
        serialNumber: randomBytes(16),
        ...sampleValidity(),
      },
    ],
  }
}

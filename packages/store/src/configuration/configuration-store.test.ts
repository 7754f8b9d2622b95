import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { type Configuration, Secret } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { migrate, type NewRaCertificate } from '../index.ts'
import { RA_PRIVATE_KEY } from '../testing/ra-private-key.ts'
import { CA_PRIVATE_KEY, NOW, STATIC_CHALLENGE, sampleInstallation, sampleValidity } from '../testing/sample.ts'

const LATER = new Date(NOW.getTime() + 90 * 86_400_000)

onBothDatabases((database, dialect) => {
  test('a first installation is loaded as it was given, with its keys and secrets opened', async () => {
    const { configuration } = await database.shared()
    const [authority, issuer, ra] = [configuration.authorities, configuration.issuers, configuration.raCertificates]
    expect(authority).toMatchObject([{ name: 'default', kind: 'built-in' }])
    expect(issuer).toMatchObject([{ generation: 1, state: 'current', chain: [Buffer.from('root')] }])
    expect(issuer[0]?.privateKey).toEqual({ kind: 'software', pkcs8: CA_PRIVATE_KEY })
    expect(ra).toMatchObject([{ state: 'current', since: NOW, decryptsUntil: null }])
    expect(ra[0]?.privateKey.pkcs8).toEqual(RA_PRIVATE_KEY)
    expect(configuration.scepProfiles[0]?.staticChallenge?.reveal()).toBe(STATIC_CHALLENGE)
    expect(configuration.scepProfiles[0]?.defaultRaProfileId).toBe(configuration.raProfiles[0]?.id)
    expect(configuration.raProfiles[0]?.scepProfileId).toBe(configuration.scepProfiles[0]?.id)
  })

  test('of ten nodes that start at once on an empty database one installs', async () => {
    const options = await database.empty()
    await Promise.all([migrate(options), migrate(options)])
    const stores = await Promise.all([database.reopen(options), database.reopen(options)])
    expect(stores[0].configuration.version()).toBe(0)
    const installed = await Promise.all(
      Array.from({ length: 10 }, (_, index) => stores[index % 2]?.configuration.install(sampleInstallation())),
    )
    expect(installed.filter(Boolean)).toHaveLength(1)
    const configuration = await stores[0].configuration.load()
    expect(configuration).toMatchObject({ version: 1, authorities: [{}], raProfiles: [{}], scepProfiles: [{}] })
  })

  test('an installation that broke off does not spoil the next attempt', async () => {
    const options = await database.empty()
    await migrate(options)
    const store = await database.reopen(options)
    const sample = sampleInstallation()
    const broken = { ...sample, scepProfile: { ...sample.scepProfile, name: null as unknown as string } }
    await expect(store.configuration.install(broken)).rejects.toThrow()
    expect(store.configuration.version()).toBe(0)
    expect(await store.configuration.install(sampleInstallation())).toBe(true)
    const { scepProfiles, issuers, raCertificates } = await store.configuration.load()
    expect(raCertificates).toMatchObject([{ scepProfileId: scepProfiles[0]?.id, issuerId: issuers[0]?.id }])
  })

  test('a CA that opens messages itself has one certificate and one sealed key, and is no entry of the inventory', async () => {
    const options = await database.empty()
    await migrate(options)
    const store = await database.reopen(options)
    const sample = sampleInstallation()
    const uuid = sample.raCertificate.uuid
    expect(await store.configuration.install({ ...sample, raCertificate: { uuid, same: 'issuer' } })).toBe(true)
    const { issuers, raCertificates } = await store.configuration.load()
    const { certificate, privateKey } = sample.issuer
    expect(raCertificates).toMatchObject([
      { uuid, issuerId: issuers[0]?.id, state: 'current', certificate, privateKey },
    ])
    expect(await store.revocations.find({ uuid })).toEqual([])
  })

  test('NUL in a text is kept as RFC 4514 writes it, and finds nothing', async () => {
    const { store, configuration } = await database.fresh()
    const uuid = configuration.scepProfiles[0]?.uuid ?? ''
    expect(
      await store.configuration.edit([{ edit: 'setScepProfile', uuid, change: { description: 'a\0b' } }]),
    ).toMatchObject({ version: 2 })
    expect((await store.configuration.load()).scepProfiles[0]?.description).toBe('a\\00b')
    expect(await store.revocations.find({ uuid: '\0' })).toEqual([])
  })

  test('a change raises the version, keeps what it does not name, and clears what it names as undefined', async () => {
    const { store, configuration } = await database.fresh()
    const profile = configuration.scepProfiles[0]
    const compatibility = { profile: 'legacy', overrides: {} }
    const changed = await store.configuration.edit([
      { edit: 'setScepProfile', uuid: profile?.uuid ?? '', change: { compatibility } },
    ])
    expect(changed).toEqual({ status: 'changed', version: 2 })
    const kept = (await store.configuration.load()).scepProfiles[0]
    expect(kept).toMatchObject({ compatibility, description: 'of the first start', includeCaCertificate: true })
    expect(kept?.staticChallenge?.reveal()).toBe(STATIC_CHALLENGE)
    await store.configuration.edit([
      { edit: 'setScepProfile', uuid: profile?.uuid ?? '', change: { staticChallenge: undefined, description: null } },
    ])
    expect((await store.configuration.load()).scepProfiles[0]).toMatchObject({
      staticChallenge: undefined,
      description: null,
    })
    await store.configuration.edit([
      { edit: 'setScepProfile', uuid: profile?.uuid ?? '', change: { staticChallenge: new Secret('new') } },
    ])
    expect((await store.configuration.load()).scepProfiles[0]?.staticChallenge?.reveal()).toBe('new')
  })

  test('a change that was decided on an older version, or for a row that is not there, changes nothing', async () => {
    const { store, configuration } = await database.fresh()
    const uuid = configuration.scepProfiles[0]?.uuid ?? ''
    expect(
      await store.configuration.edit([{ edit: 'setScepProfile', uuid, change: { allowPolling: true } }], 7),
    ).toEqual({ status: 'stale' })
    expect(await store.configuration.edit([{ edit: 'setScepProfile', uuid: randomUUID(), change: {} }])).toEqual({
      status: 'conflict',
    })
    expect((await store.configuration.load()).version).toBe(configuration.version)
  })

  test('a change is heard in the process that made it and is seen by the others', async () => {
    const { store, configuration, options } = await database.fresh()
    const other = await database.reopen(options)
    const heard: number[] = []
    store.configuration.onChange((version) => heard.push(version))
    await store.configuration.edit([
      { edit: 'setScepProfile', uuid: configuration.scepProfiles[0]?.uuid ?? '', change: { allowPolling: true } },
    ])
    expect(heard).toEqual([2])
    await expect.poll(() => other.configuration.version(), { timeout: 10_000 }).toBe(2)
  })

  // PostgreSQL tells of a change; a file has to be looked at.
  if (dialect === 'sqlite') {
    test('a change by others is seen in the next turn, also if it was asked for before', async () => {
      const { store, configuration, options } = await database.fresh()
      const other = await database.reopen(options)
      expect(other.configuration.version()).toBe(1)
      await store.configuration.edit([
        { edit: 'setScepProfile', uuid: configuration.scepProfiles[0]?.uuid ?? '', change: { allowPolling: true } },
      ])
      await turn()
      expect(other.configuration.version()).toBe(2)
    })
  }

  test('two nodes that renew an RA certificate at once add one', async () => {
    const { store, configuration, options } = await database.fresh()
    const other = await database.reopen(options)
    const outcomes = await Promise.all(
      [store, other].map((one) => one.configuration.addRaCertificate(sampleRaCertificate(configuration))),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['changed', 'conflict'])
    const states = (await store.configuration.load()).raCertificates.map(({ state }) => state)
    expect(states).toEqual(['current', 'next'])
  })

  test('the next RA certificate takes the place of the current one, whose key goes on opening messages', async () => {
    const { store, configuration } = await database.fresh()
    const [current] = configuration.raCertificates
    const next = sampleRaCertificate(configuration)
    await store.configuration.addRaCertificate(next)
    expect(await store.configuration.promoteRaCertificate(next.uuid, LATER)).toEqual({ status: 'changed', version: 3 })
    expect((await store.configuration.load()).raCertificates).toMatchObject([
      { uuid: current?.uuid, state: 'retired', decryptsUntil: LATER, privateKey: { pkcs8: RA_PRIVATE_KEY } },
      { uuid: next.uuid, state: 'current', decryptsUntil: null },
    ])
    expect(await store.configuration.promoteRaCertificate(next.uuid, LATER)).toEqual({ status: 'conflict' })
    expect(await store.configuration.retireRaCertificate(next.uuid, LATER)).toEqual({ status: 'changed', version: 4 })
  })

  test('the certificates of the RA are in the inventory, and no device is found by them', async () => {
    const { store, configuration } = await database.fresh()
    const added = sampleRaCertificate(configuration)
    await store.configuration.addRaCertificate(added)
    const serials = (await store.inventory.serials()).map(({ serial }) => serial)
    expect(serials).toContain(added.serialNumber.toString('hex'))
    expect(await store.inventory.findByDigest(added.digest)).toBeUndefined()
  })
})

function sampleRaCertificate(configuration: Configuration): NewRaCertificate & { digest: Buffer } {
  const certificate = randomBytes(900)
  return {
    uuid: randomUUID(),
    scepProfileId: configuration.scepProfiles[0]?.id ?? 0,
    issuerId: configuration.issuers[0]?.id ?? 0,
    certificate,
    privateKey: { kind: 'software', pkcs8: RA_PRIVATE_KEY },
    serialNumber: randomBytes(16),
    digest: createHash('sha256').update(certificate).digest(),
    ...sampleValidity(),
  }
}

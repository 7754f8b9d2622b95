import { randomBytes, randomUUID } from 'node:crypto'
import {
  applyEdits,
  type Configuration,
  type ConfigurationEdit,
  DEFAULT_ACCESS_RULE,
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_KEY_RULES,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RA_PROFILE_METADATA,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_SUBJECT_RULES,
  DEFAULT_WAITING_RULE,
  type NewAuthority,
  type NewIssuer,
  type NewRaProfile,
  type NewScepProfile,
  type RaCertificateToAdd,
  Secret,
} from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../../tests/store.ts'
import { slot, statement } from '../../statement.ts'
import { RA_PRIVATE_KEY } from '../../testing/ra-private-key.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction, sampleValidity } from '../../testing/sample.ts'

const LATER = new Date(NOW.getTime() + 90 * 86_400_000)
const RA_KEY = { kind: 'software', pkcs8: RA_PRIVATE_KEY } as const

const authority = (changes: Partial<NewAuthority> = {}): NewAuthority => ({
  uuid: randomUUID(),
  name: 'plant',
  kind: 'built-in',
  description: 'of the plant',
  enabled: true,
  settings: { crlUrl: 'http://crl.example/plant.crl' },
  secrets: new Secret('{"password":"not to be found"}'),
  ...changes,
})

const issuer = (authorityUuid: string, changes: Partial<NewIssuer> = {}): NewIssuer => ({
  authorityUuid,
  generation: 1,
  state: 'current',
  certificate: randomBytes(500),
  chain: [Buffer.from('above')],
  currentFrom: null,
  privateKey: { kind: 'software', pkcs8: randomBytes(64) },
  ...changes,
})

const raProfile = (authorityUuid: string, changes: Partial<NewRaProfile> = {}): NewRaProfile => ({
  uuid: randomUUID(),
  name: 'printers',
  description: null,
  enabled: false,
  authorityUuid,
  scepProfileUuid: null,
  certificate: { ...DEFAULT_CERTIFICATE_SETTINGS, validityDays: 30 },
  subject: DEFAULT_SUBJECT_RULES,
  keys: DEFAULT_KEY_RULES,
  approval: { ...DEFAULT_APPROVAL_RULE, required: true },
  metadata: { ...DEFAULT_RA_PROFILE_METADATA, customAttributes: [{ name: 'site', content: [{ data: 'north' }] }] },
  ...changes,
})

const scepProfile = (changes: Partial<NewScepProfile> = {}): NewScepProfile => ({
  uuid: randomUUID(),
  name: 'printers',
  description: 'all printers',
  enabled: false,
  challengeKind: 'webhook',
  staticChallenge: undefined,
  compatibility: { profile: 'default', overrides: {} },
  includeCaCertificate: false,
  includeCaCertificateChain: true,
  renewalThresholdDays: 30,
  renewal: DEFAULT_RENEWAL_RULE,
  enrolment: DEFAULT_ENROLMENT_RULE,
  allowPolling: true,
  waiting: DEFAULT_WAITING_RULE,
  access: { ...DEFAULT_ACCESS_RULE, networks: ['10.0.0.0/8'] },
  raCertificate: { ...DEFAULT_RA_CERTIFICATE_RULE, renewBeforeDays: 30 },
  webhook: {
    url: 'https://mdm.example/scep',
    timeoutMilliseconds: 5000,
    allowPrivateAddresses: false,
    trustedCertificates: null,
  },
  webhookKey: new Secret('the key of the webhook'),
  intune: null,
  intuneKey: undefined,
  metadata: DEFAULT_SCEP_PROFILE_METADATA,
  defaultRaProfileUuid: null,
  ...changes,
})

const raCertificate = (scepProfileUuid: string, authorityUuid: string): RaCertificateToAdd => ({
  uuid: randomUUID(),
  scepProfileUuid,
  authorityUuid,
  generation: 1,
  state: 'current',
  certificate: randomBytes(400),
  privateKey: RA_KEY,
  serialNumber: randomBytes(16),
  ...sampleValidity(),
})

/** A whole service of its own, in one change. */
function service() {
  const ca = authority()
  const ra = raProfile(ca.uuid)
  const scep = scepProfile()
  const edits: ConfigurationEdit[] = [
    { edit: 'addAuthority', authority: ca },
    { edit: 'addIssuer', issuer: issuer(ca.uuid) },
    { edit: 'addRaProfile', raProfile: ra },
    { edit: 'addScepProfile', scepProfile: scep },
    { edit: 'addRaCertificate', raCertificate: raCertificate(scep.uuid, ca.uuid) },
    { edit: 'setScepProfile', uuid: scep.uuid, change: { enabled: true, defaultRaProfileUuid: ra.uuid } },
    { edit: 'setRaProfile', uuid: ra.uuid, change: { enabled: true, scepProfileUuid: scep.uuid } },
    { edit: 'makeDefault', scepProfileUuid: scep.uuid },
  ]
  return { ca, ra, scep, edits }
}

/** Ids are the store's affair. What points at a row is told by the row's UUID. */
function comparable({ authorities, issuers, raProfiles, scepProfiles, raCertificates }: Configuration) {
  const uuidOf = (rows: readonly { id: number; uuid: string }[], id: number | null) =>
    rows.find((one) => one.id === id)?.uuid ?? null
  const issuerOf = (id: number) => {
    const found = issuers.find((one) => one.id === id)
    return `${uuidOf(authorities, found?.authorityId ?? null)}/${found?.generation}`
  }
  const secret = (of: Secret | undefined) => of?.reveal() ?? null
  return {
    authorities: authorities.map(({ id: _, secrets, ...rest }) => ({ ...rest, secrets: secret(secrets) })),
    issuers: issuers.map(({ id, authorityId: _, ...rest }) => ({ ...rest, is: issuerOf(id) })),
    raProfiles: raProfiles.map(({ id: _, authorityId, scepProfileId, ...rest }) => ({
      ...rest,
      authority: uuidOf(authorities, authorityId),
      scepProfile: uuidOf(scepProfiles, scepProfileId),
    })),
    scepProfiles: scepProfiles.map(({ id: _, defaultRaProfileId, staticChallenge, webhookKey, ...rest }) => ({
      ...rest,
      staticChallenge: secret(staticChallenge),
      webhookKey: secret(webhookKey),
      raProfile: uuidOf(raProfiles, defaultRaProfileId),
    })),
    raCertificates: raCertificates.map(({ id: _, issuerId, scepProfileId, privateKey, certificate, ...rest }) => ({
      ...rest,
      certificate: certificate.toString('hex'),
      key: privateKey.pkcs8.toString('hex'),
      issuer: issuerOf(issuerId),
      scepProfile: uuidOf(scepProfiles, scepProfileId),
    })),
  }
}

onBothDatabases((database) => {
  const open = async () => {
    const { store, configuration } = await database.fresh()
    const change = (...edits: ConfigurationEdit[]) => store.configuration.edit(edits)
    return { store, configuration, change, load: () => store.configuration.load() }
  }

  test('a service of authority, profiles and RA certificate is made in one version, and is what was foretold', async () => {
    const { configuration, change, load } = await open()
    const { edits } = service()
    expect(await change(...edits)).toEqual({ status: 'changed', version: 2 })
    expect(comparable(await load())).toEqual(comparable(applyEdits(configuration, edits, NOW)))
  })

  test('nothing of a change is written where one step of it cannot be', async () => {
    const { configuration, change, load } = await open()
    const { edits } = service()
    const wrong: ConfigurationEdit = { edit: 'setRaProfile', uuid: randomUUID(), change: { enabled: true } }
    expect(await change(...edits, wrong)).toEqual({ status: 'conflict' })
    expect(comparable(await load())).toEqual(comparable(configuration))
  })

  test('a name is there once, and free again once its bearer is deleted', async () => {
    const { change, load } = await open()
    const { ca, ra, scep, edits } = service()
    await change(...edits)
    for (const again of [
      { edit: 'addAuthority', authority: authority() },
      { edit: 'addRaProfile', raProfile: raProfile(ca.uuid) },
      { edit: 'addScepProfile', scepProfile: scepProfile() },
    ] as const) {
      expect(await change(again)).toEqual({ status: 'conflict' })
    }
    const removal: ConfigurationEdit[] = [
      { edit: 'setRaProfile', uuid: ra.uuid, change: { scepProfileUuid: null } },
      { edit: 'setScepProfile', uuid: scep.uuid, change: { defaultRaProfileUuid: null } },
      { edit: 'deleteScepProfile', uuid: scep.uuid },
      { edit: 'deleteRaProfile', uuid: ra.uuid },
      { edit: 'deleteAuthority', uuid: ca.uuid },
    ]
    const foretold = applyEdits(await load(), removal, NOW)
    expect((await change(...removal)).status).toBe('changed')
    expect(comparable(await load())).toEqual(comparable(foretold))
    const former = new Set((await load()).scepProfiles.map(({ id }) => id))
    expect((await change(...service().edits)).status).toBe('changed')
    const added = (await load()).scepProfiles.filter(({ id }) => !former.has(id))
    expect(added).toHaveLength(1)
  })

  test('what is in use is not deleted', async () => {
    const { change } = await open()
    const { ca, ra, scep, edits } = service()
    await change(...edits)
    for (const edit of [
      { edit: 'deleteAuthority', uuid: ca.uuid },
      { edit: 'deleteRaProfile', uuid: ra.uuid },
      { edit: 'deleteScepProfile', uuid: scep.uuid },
    ] as const) {
      expect(await change(edit)).toEqual({ status: 'conflict' })
    }
  })

  test('an authority of which a device has a certificate stays', async () => {
    const { store, configuration, change, load } = await open()
    const { raProfiles, authorities } = configuration
    const prepared = samplePrepared(configuration)
    await store.ledger.issue(sampleTransaction(configuration), sampleCertificate(prepared))
    const uuid = authorities[0]?.uuid ?? ''
    const detach: ConfigurationEdit[] = [
      {
        edit: 'setScepProfile',
        uuid: configuration.scepProfiles[0]?.uuid ?? '',
        change: { defaultRaProfileUuid: null },
      },
      { edit: 'deleteRaProfile', uuid: raProfiles[0]?.uuid ?? '' },
    ]
    expect((await change(...detach)).status).toBe('changed')
    expect(await change({ edit: 'deleteAuthority', uuid })).toEqual({ status: 'conflict' })
    expect((await load()).authorities).toHaveLength(1)
  })

  test('a deleted row keeps no secret and no key, and nothing changes it any more', async () => {
    const { store, options } = await database.fresh()
    const { ca, ra, scep, edits } = service()
    await store.configuration.edit(edits)
    await store.configuration.edit([
      { edit: 'setRaProfile', uuid: ra.uuid, change: { scepProfileUuid: null } },
      { edit: 'deleteScepProfile', uuid: scep.uuid },
      { edit: 'deleteRaProfile', uuid: ra.uuid },
      { edit: 'deleteAuthority', uuid: ca.uuid },
    ])
    const driver = await database.driver(options)
    const rows = await driver.all(
      statement((db) =>
        db
          .selectFrom('authority_key')
          .innerJoin('authority', 'authority.id', 'authority_key.authority_id')
          .where('authority.uuid', '=', slot<string>('uuid'))
          .select(['authority_key.state', 'authority_key.sealed_key', 'authority.sealed_secrets']),
      ),
      { uuid: ca.uuid },
    )
    expect(rows).toEqual(
      Array.from({ length: 2 }, () => ({ state: 'destroyed', sealed_key: null, sealed_secrets: null })),
    )
    expect(
      await store.configuration.edit([{ edit: 'setAuthority', uuid: ca.uuid, change: { enabled: true } }]),
    ).toEqual({
      status: 'conflict',
    })
  })

  test('a key waits for the certificate of a foreign CA; a second request takes the place of the first', async () => {
    const { configuration, change, load } = await open()
    const ca = authority({ secrets: undefined })
    const request = (text: string): ConfigurationEdit => ({
      edit: 'requestIssuer',
      authorityUuid: ca.uuid,
      csr: Buffer.from(text),
      privateKey: { kind: 'software', pkcs8: Buffer.from(`key of ${text}`) },
    })
    const edits = [{ edit: 'addAuthority', authority: ca } as const, request('one'), request('two')]
    await change(...edits)
    expect(comparable(await load())).toEqual(comparable(applyEdits(configuration, edits, NOW)))
    expect((await load()).authorities[1]?.requestedCsr?.toString()).toBe('two')
    const certified = issuer(ca.uuid, { privateKey: 'requested' })
    expect((await change({ edit: 'addIssuer', issuer: certified })).status).toBe('changed')
    const after = await load()
    expect(after.issuers[1]?.privateKey).toEqual({ kind: 'software', pkcs8: Buffer.from('key of two') })
    expect(after.authorities[1]?.requestedCsr).toBeUndefined()
    expect(await change({ edit: 'addIssuer', issuer: { ...certified, generation: 2, state: 'next' } })).toEqual({
      status: 'conflict',
    })
  })

  test('a CA in another house has no key here, and no CRL of ours is due', async () => {
    const { store, change, load } = await open()
    const ca = authority({ kind: 'scep' })
    await change(
      { edit: 'addAuthority', authority: ca },
      { edit: 'addIssuer', issuer: issuer(ca.uuid, { privateKey: { kind: 'elsewhere' } }) },
    )
    expect((await load()).issuers[1]?.privateKey).toEqual({ kind: 'elsewhere' })
    expect(await store.crls.states()).toHaveLength(1)
  })

  test('an RA certificate may be the CA itself, or that of another profile, and steps back by itself', async () => {
    const { configuration, change, load } = await open()
    const [ca, ra] = [configuration.authorities[0], configuration.raCertificates[0]]
    const [own, shared] = [scepProfile({ name: 'own' }), scepProfile({ name: 'shared' })]
    const place = { authorityUuid: ca?.uuid ?? '', generation: 1, state: 'current' } as const
    const edits: ConfigurationEdit[] = [
      { edit: 'addScepProfile', scepProfile: own },
      { edit: 'addScepProfile', scepProfile: shared },
      {
        edit: 'addRaCertificate',
        raCertificate: { ...place, uuid: randomUUID(), scepProfileUuid: own.uuid, same: 'issuer' },
      },
      {
        edit: 'addRaCertificate',
        raCertificate: {
          ...place,
          uuid: randomUUID(),
          scepProfileUuid: shared.uuid,
          same: 'raCertificate',
          of: ra?.uuid ?? '',
        },
      },
      { edit: 'retireRaCertificate', uuid: ra?.uuid ?? '', decryptsUntil: LATER },
    ]
    expect((await change(...edits)).status).toBe('changed')
    expect(comparable(await load())).toEqual(comparable(applyEdits(configuration, edits, NOW)))
    // The key that two profiles share outlives one of them.
    await change({ edit: 'deleteScepProfile', uuid: shared.uuid })
    expect((await load()).raCertificates[0]?.privateKey.pkcs8).toEqual(RA_PRIVATE_KEY)
  })
})

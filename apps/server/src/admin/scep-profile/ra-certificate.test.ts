import type { CaCertificate, RaProfile, ScepProfile } from '@chancery/api'
import { parseCertificate, verifyCertificate } from '@chancery/pki'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'
import { addAuthority } from '../testing/second-authority.ts'

const DAY = 86_400_000

let server: AdminServer
beforeEach(async () => {
  server = await startAdminServer()
})
afterEach(() => server.close())

const candidates = async (query = '') =>
  (await server.call('GET', `/v1/scepProfiles/caCertificates${query}`)).body as CaCertificate[]
const post = async (body: object) =>
  (await server.call('POST', '/v1/scepProfiles', { name: 'printers', ...body })).body as ScepProfile
const put = (uuid: string, body: object) => server.call('PUT', `/v1/scepProfiles/${uuid}`, body)
const configuration = async () => (await server.context.snapshots.refresh()).configuration

/** The RA certificates of a profile in their order, by authority and state. */
async function raCertificatesOf(scepProfileUuid: string) {
  const { scepProfiles, raCertificates, issuers, authorities } = await configuration()
  const profile = scepProfiles.find(({ uuid }) => uuid === scepProfileUuid)
  return raCertificates
    .filter(({ scepProfileId }) => scepProfileId === profile?.id)
    .map((one) => {
      const issuer = issuers.find(({ id }) => id === one.issuerId)
      return `${authorities.find(({ id }) => id === issuer?.authorityId)?.name} ${one.state}`
    })
}

test('one is issued by the authority that is named, and opens messages', async () => {
  const plant = await addAuthority(server.store)
  const profile = await post({ raCertificate: { authorityUuid: plant.uuid, renewBeforeDays: 30 } })
  expect(profile).toMatchObject({
    caCertificate: { subject: 'CN=Chancery RA printers', issuer: 'CN=plant CA' },
    raCertificate: { authorityUuid: plant.uuid, renewBeforeDays: 30 },
  })
  expect((await candidates()).map(({ subject }) => subject)).toContain('CN=Chancery RA printers')
})

test('each authority to which an edit leads gets its own, in the same version', async () => {
  const plant = await addAuthority(server.store)
  const made = await server.call('POST', `/v1/authorities/${plant.uuid}/raProfiles`, {
    name: 'printers',
    enabled: true,
  })
  const { uuid } = made.body as RaProfile
  expect(await raCertificatesOf(server.uuid)).toEqual(['default current'])
  const before = server.store.configuration.version()
  const path = `/v1/authorities/${plant.uuid}/raProfiles/${uuid}/protocols/scep/activate/${server.uuid}`
  expect((await server.call('PATCH', path)).status).toBe(200)
  expect(server.store.configuration.version()).toBe(before + 1)
  expect(await raCertificatesOf(server.uuid)).toEqual(['default current', 'plant current'])
  // It is there already, so that leading the profile's own URL there needs no other one.
  await put(server.uuid, { raProfileUuid: uuid })
  expect(await raCertificatesOf(server.uuid)).toEqual(['default current', 'plant current'])
  const shown = (await server.call('GET', `/v1/scepProfiles/${server.uuid}`)).body as ScepProfile
  expect(shown).toMatchObject({ caCertificate: { issuer: 'CN=plant CA' }, problems: [] })
})

test('a chosen one is shared, and known by the same UUID', async () => {
  const [shared] = (await candidates()) as [CaCertificate]
  const profile = await post({ caCertificateUuid: shared.uuid })
  expect(profile.caCertificate).toEqual(shared)
  expect((await candidates()).map(({ subject }) => subject)).toEqual(['CN=Test RA', 'CN=Test CA'])
  const raProfiles = (await server.call('GET', '/v1/raProfiles')).body as [RaProfile]
  await put(profile.uuid, { raProfileUuid: raProfiles[0].uuid, caCertificateUuid: shared.uuid })
  expect(await raCertificatesOf(profile.uuid)).toEqual(['default current'])
})

test('another choice lets the former one open messages for 90 days at least, and a dry run says so', async () => {
  const other = await post({ raCertificate: { authorityUuid: (await configuration()).authorities[0]?.uuid } })
  const choice = { caCertificateUuid: other.caCertificate?.uuid }
  const dry = (await server.call('PUT', `/v1/scepProfiles/${server.uuid}?dryRun=true`, choice)).body as ScepProfile
  expect(dry.consequences).toEqual([
    expect.stringMatching(/^SCEP profile "default" gets another CA certificate at authority "default": devices/),
  ])
  expect((await put(server.uuid, choice)).body).toMatchObject({ caCertificate: other.caCertificate })
  expect(await raCertificatesOf(server.uuid)).toEqual(['default retired', 'default current'])
  const { raCertificates } = await configuration()
  const until = raCertificates.find(({ state }) => state === 'retired')?.decryptsUntil?.getTime() ?? 0
  expect(until).toBeGreaterThan(Date.now() + 89 * DAY)
  expect(server.log.filter((line) => line.includes('gets another CA certificate'))).toHaveLength(1)
  const snapshot = await server.context.snapshots.current()
  const found = snapshot.byScepProfile('default')
  if ('refused' in found) throw new Error(found.refused)
  expect(found.served.keys).toHaveLength(2)
  expect(found.served.current.certificate.digest().toString('hex')).toBe(other.caCertificate?.fingerprint)
})

test('a CA that is certified for it may be its own RA, under a UUID that stays; one that is not is not listed', async () => {
  await addAuthority(server.store, { name: 'own', keyKind: 'rsa-2048', isOwnRa: true })
  await addAuthority(server.store, { name: 'strict', keyKind: 'rsa-2048' })
  const own = (await candidates()).find(({ subject }) => subject === 'CN=own CA')
  expect((await candidates()).map(({ subject }) => subject)).not.toContain('CN=strict CA')
  const profile = await post({ caCertificateUuid: own?.uuid })
  expect(profile.caCertificate).toEqual(own)
  expect((await candidates()).filter(({ subject }) => subject === 'CN=own CA')).toEqual([own])
  expect((await put(profile.uuid, { caCertificateUuid: own?.uuid })).body).toMatchObject({ caCertificate: own })
  expect(await raCertificatesOf(profile.uuid)).toEqual(['own current'])
})

test('an EC key is one that Intune cannot use, and a change to it is named', async () => {
  const ec = (await candidates()).find(({ subject }) => subject === 'CN=Test CA')
  expect(ec).toBeDefined()
  expect((await candidates('?intuneEnabled=true')).map(({ subject }) => subject)).toEqual(['CN=Test RA'])
  const path = `/v1/scepProfiles/${server.uuid}?dryRun=true`
  const dry = (await server.call('PUT', path, { caCertificateUuid: ec?.uuid })).body as ScepProfile
  expect(dry.consequences).toContain(
    'The key of that certificate is EC instead of RSA: clients that know only RSA cannot use it.',
  )
})

test('the certificate of an RA is signed by its own authority', async () => {
  const plant = await addAuthority(server.store)
  const { caCertificate } = await post({ raCertificate: { authorityUuid: plant.uuid } })
  const certificate = parseCertificate(Buffer.from(caCertificate?.certificateContent ?? '', 'base64'))
  expect(await verifyCertificate(certificate, parseCertificate(plant.certificate).publicKey)).toBe(true)
})

test('two certificates for one authority, and an authority that is not there, are faults', async () => {
  const [candidate] = (await candidates()) as [CaCertificate]
  const authorityUuid = (await configuration()).authorities[0]?.uuid
  expect(await post({ caCertificateUuid: candidate.uuid, raCertificate: { authorityUuid } })).toEqual([
    expect.stringMatching(/name two certificates for one authority/),
  ])
  const nobody = '019a0000-0000-7000-8000-000000000009'
  expect(await post({ raCertificate: { authorityUuid: nobody } })).toEqual([
    'raCertificate.authorityUuid is of no authority.',
  ])
  expect(await post({ raCertificate: { authorityUuid, renewBeforeDays: 0 } })).toEqual([
    expect.stringMatching(/^raCertificate.renewBeforeDays must be/),
  ])
})

test('to have one issued where the profile has one of its own changes nothing', async () => {
  const authorityUuid = (await configuration()).authorities[0]?.uuid
  await put(server.uuid, { raCertificate: { authorityUuid, renewBeforeDays: 20 } })
  expect(await raCertificatesOf(server.uuid)).toEqual(['default current'])
  expect((await configuration()).scepProfiles[0]?.raCertificate).toEqual({ renewBeforeDays: 20 })
})

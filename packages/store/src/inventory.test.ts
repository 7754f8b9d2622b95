import { DEFAULT_ENROLMENT_RULE, DEFAULT_RENEWAL_RULE, type PreparedCertificate, revoke } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { slot, statement } from './statement.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction } from './testing/sample.ts'

onBothDatabases((database) => {
  const issued = async (change: Partial<PreparedCertificate> = {}) => {
    const { store, configuration, options } = await database.fresh()
    const certificate = sampleCertificate({ ...samplePrepared(configuration), ...change })
    await store.ledger.issue(sampleTransaction(configuration), certificate)
    return { store, configuration, options, certificate, issuerId: certificate.prepared.issuerId }
  }

  test('S-4.5-02 a device’s certificate is found by issuer and serial number, revoked or not', async () => {
    const { store, certificate, issuerId } = await issued()
    const { uuid, der, keyDigest } = certificate
    const serial = certificate.prepared.serialNumber.toString('hex')
    const found = { uuid, der, keyDigest, predecessor: null }
    expect(await store.inventory.findBySerial(issuerId, serial)).toEqual(found)
    expect(await store.inventory.findInLine(uuid)).toEqual(found)
    await revoke({ uuid }, { at: NOW, reason: 'keyCompromise' }, store.revocations)
    expect(await store.inventory.findBySerial(issuerId, serial)).toEqual(found)
    expect(await store.inventory.findBySerial(issuerId + 1, serial)).toBeUndefined()
    expect(await store.inventory.findBySerial(issuerId, '41')).toBeUndefined()
  })

  test('S-4.5-03 a certificate of our own, and one that is held back, are not found', async () => {
    const { store, options, certificate, issuerId } = await issued()
    const all = await store.inventory.serials()
    const serial = certificate.prepared.serialNumber.toString('hex')
    const own = all.find((one) => one.serial !== serial)
    if (own === undefined) throw new Error('there is no RA certificate')
    expect(await store.inventory.findBySerial(own.issuerId, own.serial)).toBeUndefined()
    const driver = await database.driver(options)
    await driver.commit({
      writes: [{ statement: hold, values: { uuid: certificate.uuid }, otherwise: 'state' }],
    })
    expect(await store.inventory.findBySerial(issuerId, serial)).toBeUndefined()
  })

  test('S-5.2-04 a subject holds a certificate while it is valid, of the issuers asked for, however it is written', async () => {
    const { store, certificate, issuerId } = await issued({ subject: 'CN=Printer 1,O=Exämple' })
    const holds = (subject: string, at = NOW, issuers = [issuerId]) =>
      store.inventory.hasValid(subject, new Set(issuers), at)
    expect(await holds('CN=Printer 1,O=Exämple')).toBe(true)
    expect(await holds('CN=PRINTER  1,O=exÄmple')).toBe(true)
    expect(await holds('CN=Printer 2,O=Exämple')).toBe(false)
    expect(await holds('CN=Printer 1,O=Exämple', NOW, [issuerId + 1])).toBe(false)
    expect(await holds('CN=Printer 1,O=Exämple', certificate.prepared.notAfter)).toBe(false)
    await revoke({ uuid: certificate.uuid }, { at: NOW, reason: 'superseded' }, store.revocations)
    expect(await holds('CN=Printer 1,O=Exämple')).toBe(false)
  })

  test('a subject longer than any index takes is stored and found', async () => {
    const subject = `CN=${'\\C3\\A4'.repeat(2_000)}`
    const { store, issuerId } = await issued({ subject })
    expect(await store.inventory.hasValid(subject, new Set([issuerId]), NOW)).toBe(true)
  })

  test('rules of a profile are kept, and those it does not name have their defaults', async () => {
    const { store, configuration, options } = await database.fresh()
    const [profile] = configuration.scepProfiles
    if (profile === undefined) throw new Error('there is no SCEP profile')
    expect(profile).toMatchObject({ renewal: DEFAULT_RENEWAL_RULE, enrolment: DEFAULT_ENROLMENT_RULE })
    const renewal = { ...DEFAULT_RENEWAL_RULE, key: 'new', graceDays: 3 } as const
    await store.configuration.edit([{ edit: 'setScepProfile', uuid: profile.uuid, change: { renewal } }])
    expect((await store.configuration.load()).scepProfiles[0]).toEqual({ ...profile, renewal })
    const driver = await database.driver(options)
    await driver.commit({ writes: [{ statement: setRules, values: { rule: '{"key":"new"}' }, otherwise: 'state' }] })
    expect((await store.configuration.load()).scepProfiles[0]?.renewal).toEqual({ ...DEFAULT_RENEWAL_RULE, key: 'new' })
  })
})

const hold = statement((db) =>
  db.updateTable('certificate').set({ release: 'held' }).where('uuid', '=', slot<string>('uuid')),
)

const setRules = statement((db) =>
  db
    .updateTable('scep_profile')
    .set({ renewal_rule: slot<string>('rule') })
    .where('id', '>', 0),
)

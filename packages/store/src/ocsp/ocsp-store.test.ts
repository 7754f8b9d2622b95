import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { statement } from '../statement.ts'
import { RA_PRIVATE_KEY } from '../testing/ra-private-key.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction, sampleValidity } from '../testing/sample.ts'
import type { NewOcspSigner } from './ocsp-store.ts'

const sampleSigner = (issuerId: number): NewOcspSigner => ({
  uuid: randomUUID(),
  issuerId,
  certificate: randomBytes(500),
  privateKey: { kind: 'software', pkcs8: RA_PRIVATE_KEY },
  serialNumber: randomBytes(16),
  ...sampleValidity(),
})

onBothDatabases((database) => {
  test('the standing of a certificate is read by issuer and serial number, with who answers for the issuer', async () => {
    const { store, configuration } = await database.fresh()
    const certificate = sampleCertificate(samplePrepared(configuration))
    const issuerId = certificate.prepared.issuerId
    const serial = certificate.prepared.serialNumber.toString('hex')
    await store.ledger.issue(sampleTransaction(configuration), certificate)
    const issued = { state: 'issued', revokedAt: null, reason: null, held: false }
    expect(await store.ocsp.standing(issuerId, serial)).toEqual({ ...issued, signer: null })
    const signer = sampleSigner(issuerId)
    expect(await store.ocsp.replaceSigner(signer, undefined, NOW)).toBe(true)
    expect(await store.ocsp.standing(issuerId, serial)).toEqual({ ...issued, signer: signer.uuid })
    const [record] = await store.revocations.find({ uuid: certificate.uuid })
    if (record === undefined) throw new Error('no certificate')
    await store.revocations.revoke(record, { at: NOW, reason: 'superseded' })
    expect(await store.ocsp.standing(issuerId, serial)).toMatchObject({ state: 'revoked', reason: 4 })
    for (const [issuer, other] of [
      [issuerId + 1, serial],
      [issuerId, '01'],
    ] as const) {
      expect(await store.ocsp.standing(issuer, other)).toBeUndefined()
    }
  })

  test('many are read at once, each as it is, those among them that are not there too', async () => {
    const { store, configuration } = await database.fresh()
    const certificates = Array.from({ length: 30 }, () => sampleCertificate(samplePrepared(configuration)))
    await Promise.all(certificates.map((one) => store.ledger.issue(sampleTransaction(configuration), one)))
    const serials = certificates.map(({ prepared }) => prepared.serialNumber.toString('hex'))
    const [record] = await store.revocations.find({ uuid: certificates[7]?.uuid ?? '' })
    if (record === undefined) throw new Error('no certificate')
    await store.revocations.revoke(record, { at: NOW, reason: 'superseded' })
    const issuerId = record.issuerId
    const asked = [...serials, ...serials.map((serial) => `${serial.slice(2)}00`), serials[7] as string]
    const read = await Promise.all(asked.map((serial) => store.ocsp.standing(issuerId, serial)))
    expect(read.map((one) => one?.state)).toEqual([
      ...serials.map((_, index) => (index === 7 ? 'revoked' : 'issued')),
      ...serials.map(() => undefined),
      'revoked',
    ])
  })

  test('a signer replaces the current one only, under a lease that is held, and then the key of that one is gone', async () => {
    const { store, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    const [first, second, third] = [sampleSigner(issuerId), sampleSigner(issuerId), sampleSigner(issuerId)]
    expect(await store.ocsp.replaceSigner(first, undefined, NOW)).toBe(true)
    expect(await store.ocsp.replaceSigner(second, undefined, NOW), 'there is one').toBe(false)
    expect(await store.ocsp.replaceSigner(second, third.uuid, NOW), 'not that one').toBe(false)
    const lost = { name: 'renewOcspSigners', token: 7 }
    expect(await store.ocsp.replaceSigner(second, first.uuid, NOW, lost)).toBe(false)
    expect(await store.ocsp.signer(first.uuid)).toEqual({
      certificate: first.certificate,
      privateKey: first.privateKey,
    })
    const raced = await Promise.all([second, third].map((one) => store.ocsp.replaceSigner(one, first.uuid, NOW)))
    expect(raced.toSorted()).toEqual([false, true])
    const winner = raced[0] ? second : third
    expect(await store.ocsp.signer(first.uuid)).toBeUndefined()
    expect(await store.ocsp.signer(winner.uuid)).toMatchObject({ certificate: winner.certificate })
    expect(await store.ocsp.states()).toMatchObject([{ issuerId, current: { uuid: winner.uuid, isRevoked: false } }])
  })

  test('its certificate is in the inventory, its key only where it is sealed', async () => {
    const { store, options, configuration } = await database.fresh()
    const signer = sampleSigner(configuration.issuers[0]?.id ?? 0)
    await store.ocsp.replaceSigner(signer, undefined, NOW)
    const driver = await database.driver(options)
    expect(await driver.all(entries, {})).toEqual([
      { uuid: signer.uuid, purpose: 'ocsp', serial: signer.serialNumber.toString('hex'), state: 'issued' },
    ])
    const [key] = await driver.all(keysOfSigners, {})
    expect(key).toMatchObject({ purpose: 'ocsp', state: 'active' })
    expect(Buffer.from(key?.sealed_key ?? []).includes(RA_PRIVATE_KEY)).toBe(false)
    const [record] = await store.revocations.find({ uuid: signer.uuid })
    if (record === undefined) throw new Error('no certificate')
    await store.revocations.revoke(record, { at: NOW, reason: 'keyCompromise' }, [])
    expect(await store.ocsp.states()).toMatchObject([{ current: { isRevoked: true } }])
  })
})

const entries = statement((db) =>
  db.selectFrom('certificate').where('purpose', '=', 'ocsp').select(['uuid', 'purpose', 'serial', 'state']),
)
const keysOfSigners = statement((db) =>
  db.selectFrom('authority_key').where('purpose', '=', 'ocsp').select(['purpose', 'state', 'sealed_key']),
)

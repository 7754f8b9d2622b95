import { revoke } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction } from './testing/sample.ts'

const superseded = { at: NOW, reason: 'superseded' } as const

onBothDatabases((database) => {
  const issued = async () => {
    const { store, configuration, options } = await database.fresh()
    const certificate = sampleCertificate(samplePrepared(configuration))
    const transaction = sampleTransaction(configuration)
    await store.ledger.issue(transaction, certificate)
    const issuerId = configuration.issuers[0]?.id ?? 0
    const serial = certificate.prepared.serialNumber.toString('hex')
    return { store, options, certificate, transaction, issuerId, serial }
  }

  test('a certificate is found by UUID, by issuer and serial, by serial, by digest', async () => {
    const { store, certificate, issuerId, serial } = await issued()
    const { uuid, digest, der } = certificate
    for (const selector of [{ uuid }, { serial }, { serial, issuerId }, { digest }]) {
      expect(await store.revocations.find(selector)).toMatchObject([
        { uuid, serial, issuerId, der, purpose: 'device', state: 'issued', revocation: undefined },
      ])
    }
    expect(await store.revocations.find({ serial, issuerId: issuerId + 1 })).toEqual([])
    expect(await revoke({ serial: 'ff' }, superseded, store.revocations)).toEqual({ status: 'unknown' })
  })

  test('a revocation is seen at once, by signer, transaction and other nodes', async () => {
    const { store, options, certificate, transaction, issuerId, serial } = await issued()
    const other = await database.reopen(options)
    expect(await revoke({ issuerId, serial }, superseded, store.revocations)).toMatchObject({ status: 'revoked' })
    for (const one of [store, other]) {
      expect((await one.inventory.findByDigest(certificate.digest))?.state).toBe('revoked')
      expect((await one.ledger.find(transaction.identity))?.certificate?.revoked).toBe(true)
    }
  })

  test('of many revocations at once one counts, and all others are told its reason', async () => {
    const { store, options, certificate, issuerId } = await issued()
    const other = await database.reopen(options)
    const reasons = ['keyCompromise', 'superseded', 'unspecified', 'certificateHold', 'aACompromise'] as const
    const outcomes = await Promise.all(
      reasons.map((reason, index) =>
        revoke({ uuid: certificate.uuid }, { at: NOW, reason }, (index % 2 ? store : other).revocations),
      ),
    )
    const won = outcomes.findIndex(({ status }) => status === 'revoked')
    expect(outcomes.filter(({ status }) => status === 'already')).toHaveLength(4)
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ certificate: { revocation: { at: NOW, reason: reasons[won] } } })
    }
    expect(await store.crls.states(), 'counted once').toMatchObject([{ issuerId, revocations: 1 }])
  })

  test('a revocation makes the CRL of its issuer due, until one has seen it', async () => {
    const { store, certificate, issuerId } = await issued()
    const publish = async (number: bigint, revocations: number) =>
      store.crls.publish({ issuerId, number, der: certificate.der, thisUpdate: NOW, nextUpdate: NOW, revocations })
    await publish(1n, 0)
    const before = await store.crls.revoked(issuerId)
    expect(before).toEqual({ revocations: 0, certificates: [] })
    await revoke({ uuid: certificate.uuid }, { at: NOW, reason: 'unspecified' }, store.revocations)
    await publish(2n, before.revocations)
    expect(await store.crls.states()).toMatchObject([{ revocations: 1, newest: { number: 2n, revocations: 0 } }])
    const { revocations, certificates } = await store.crls.revoked(issuerId)
    expect(certificates, 'no reason is told for unspecified (RFC 5280 §5.3.1)').toEqual([
      { serialNumber: certificate.prepared.serialNumber, at: NOW },
    ])
    await publish(3n, revocations)
    expect(await store.crls.states()).toMatchObject([{ revocations: 1, newest: { number: 3n, revocations: 1 } }])
  })
})

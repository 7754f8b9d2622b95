import { randomUUID } from 'node:crypto'
import { type AuditEvent, release, revoke } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { statement } from './statement.ts'
import { NOW, sampleCertificate, samplePrepared, sampleTransaction } from './testing/sample.ts'

const hold = { at: NOW, reason: 'certificateHold' } as const
const LATER = new Date(NOW.getTime() + 3_600_000)
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
    const reasons = ['keyCompromise', 'superseded', 'unspecified', 'privilegeWithdrawn', 'aACompromise'] as const
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
    const list = () => store.crls.list(issuerId, { since: 0, endsFrom: NOW })
    const before = await list()
    expect(before).toEqual({ revocations: 0, revoked: '[]', changed: '[]' })
    await revoke({ uuid: certificate.uuid }, { at: NOW, reason: 'unspecified' }, store.revocations)
    await publish(2n, before.revocations)
    expect(await store.crls.states()).toMatchObject([{ revocations: 1, newest: { number: 2n, revocations: 0 } }])
    const { revocations, revoked } = await list()
    const { serialNumber, notAfter } = certificate.prepared
    expect(JSON.parse(revoked)).toEqual([
      [serialNumber.toString('hex'), NOW.getTime() * 1000, 0, 0, notAfter.getTime() * 1000],
    ])
    await publish(3n, revocations)
    expect(await store.crls.states()).toMatchObject([{ revocations: 1, newest: { number: 3n, revocations: 1 } }])
  })

  test('a hold is lifted, or becomes a revocation for good; the history keeps each change with its number', async () => {
    const { store, options, certificate, issuerId, serial } = await issued()
    const { uuid } = certificate
    const standing = async () => (await store.revocations.find({ uuid }))[0]?.revocation
    expect(await release({ uuid }, NOW, store.revocations)).toMatchObject({ status: 'not_held' })
    expect(await revoke({ uuid }, hold, store.revocations)).toMatchObject({ status: 'revoked' })
    expect(await revoke({ uuid }, { ...hold, at: LATER }, store.revocations)).toMatchObject({
      status: 'already',
      revocation: hold,
    })
    expect(await release({ uuid }, LATER, store.revocations)).toMatchObject({ status: 'released' })
    expect(await standing()).toBeUndefined()
    await revoke({ uuid }, hold, store.revocations)
    const final = { at: LATER, reason: 'keyCompromise' } as const
    expect(await revoke({ uuid }, final, store.revocations)).toMatchObject({ status: 'revoked' })
    expect(await standing()).toEqual(final)
    expect(await release({ uuid }, LATER, store.revocations)).toMatchObject({ status: 'not_held' })
    expect(await revoke({ uuid }, superseded, store.revocations)).toMatchObject({ status: 'already' })
    const driver = await database.driver(options)
    const of = { issuer_id: issuerId, certificate_uuid: uuid, serial }
    expect(await driver.all(changes, {})).toMatchObject([
      { ...of, sequence: 1, kind: 'held', reason: 6 },
      { ...of, sequence: 2, kind: 'released', reason: 8 },
      { ...of, sequence: 3, kind: 'held', reason: 6 },
      { ...of, sequence: 4, kind: 'revoked', reason: 1 },
    ])
  })

  test('ten changes at once, by two nodes, are numbered without a gap, as many as the issuer counts', async () => {
    const { store, options, configuration } = await database.fresh()
    const other = await database.reopen(options)
    const certificates = Array.from({ length: 10 }, () => sampleCertificate(samplePrepared(configuration)))
    for (const one of certificates) await store.ledger.issue(sampleTransaction(configuration), one)
    await Promise.all(
      certificates.map(({ uuid }, index) => revoke({ uuid }, hold, (index % 2 ? store : other).revocations)),
    )
    await Promise.all([
      ...certificates.slice(0, 5).map(({ uuid }) => release({ uuid }, NOW, store.revocations)),
      ...certificates.slice(0, 5).map(({ uuid }) => revoke({ uuid }, superseded, other.revocations)),
    ])
    const driver = await database.driver(options)
    const rows = await driver.all(changes, {})
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1))
    expect(await store.crls.states()).toMatchObject([{ revocations: rows.length }])
    for (const { uuid } of certificates) {
      const last = rows.findLast(({ certificate_uuid }) => certificate_uuid === uuid)
      const [now] = await store.revocations.find({ uuid })
      expect(now?.revocation?.reason).toBe(
        { held: 'certificateHold', revoked: 'superseded', released: undefined }[last?.kind ?? 'released'],
      )
    }
  })

  test('the audit log has what was done, and nothing of what was not', async () => {
    const { store, options, certificate } = await issued()
    const { uuid } = certificate
    const event = (action: string) => (): AuditEvent[] => [
      {
        uuid: randomUUID(),
        at: NOW,
        actor: { kind: 'token', name: 'backup' },
        action,
        object: { kind: 'certificate', uuid },
        outcome: 'done',
        detail: {},
      },
    ]
    await revoke({ uuid }, hold, store.revocations, event('certificate.hold'))
    await Promise.all([1, 2, 3].map(() => release({ uuid }, NOW, store.revocations, event('certificate.release'))))
    await revoke({ uuid }, superseded, store.revocations, event('certificate.revoke'))
    await revoke({ uuid }, superseded, store.revocations, event('certificate.revoke'))
    const driver = await database.driver(options)
    expect((await driver.all(actions, {})).map(({ action }) => action)).toEqual([
      'certificate.hold',
      'certificate.release',
      'certificate.revoke',
    ])
  })
})

const changes = statement((db) => db.selectFrom('revocation_change').selectAll().orderBy('sequence'))
const actions = statement((db) => db.selectFrom('audit_event').select('action').orderBy('id'))

import { randomUUID } from 'node:crypto'
import type { NewCertificate, RecordedWish, RevocationWish } from '@chancery/ra'
import { beforeEach, expect, test } from 'vitest'
import { type OpenDatabase, onBothDatabases } from '../../../../tests/store.ts'
import type { Lease } from '../lease-store.ts'
import { NOW, sampleCertificate, sampleIssueEvent, samplePrepared, sampleTransaction } from '../testing/sample.ts'
import { vouchFor } from '../testing/vouched.ts'

const DAY = 86_400_000
const ISSUER = 'CN=Device CA 1'
const DONE = { code: 0, message: '' } as const

const wish = (context: string, serialNumber = '0BAD'): RevocationWish => ({
  ...{ context, serialNumber, issuerName: ISSUER },
  caConfiguration: null,
})

onBothDatabases((database) => {
  let open: OpenDatabase
  let lease: Lease
  let voucher: string
  beforeEach(async () => {
    open = await database.shared()
    voucher = randomUUID()
    const taken = await open.store.leases.acquire(`wishes of ${voucher}`, 'test', 60)
    if (taken === undefined) throw new Error('the lease is somebody else’s')
    lease = taken
  })

  const receive = (...wishes: RevocationWish[]) => open.store.wishes.receive(voucher, wishes, NOW, lease)
  const received = () => open.store.wishes.received(voucher, 100)
  const untold = () => open.store.wishes.untold(voucher, 100)
  const only = async (): Promise<RecordedWish> => {
    const [one, another] = await received()
    if (one === undefined || another !== undefined) throw new Error('not one wish')
    return one
  }

  async function vouched(serial?: Buffer, by = voucher): Promise<NewCertificate> {
    const prepared = { ...samplePrepared(open.configuration), ...(serial && { serialNumber: serial }) }
    const certificate = sampleCertificate(prepared)
    await open.store.ledger.issue(sampleTransaction(open.configuration), certificate)
    const driver = await database.driver(open.options)
    const toldSerial = prepared.serialNumber.toString('hex').toUpperCase()
    const told = { toldSerial, toldIssuer: ISSUER, endpoint: 'scepProfile/default' }
    await vouchFor(driver, { certificate: certificate.uuid, voucher: by, ...told })
    return certificate
  }
  const standing = async ({ uuid }: NewCertificate) => (await open.store.revocations.find({ uuid }))[0]?.state

  test('a wish is recorded once for each voucher, however often and from how many sides it is offered', async () => {
    await Promise.all([receive(wish('a'), wish('b'), wish('a')), receive(wish('b'), wish('a'))])
    expect((await received()).map(({ context }) => context).sort()).toEqual(['a', 'b'])
    expect(await open.store.wishes.received(randomUUID(), 100)).toEqual([])
    expect((await received())[0]).toMatchObject({ voucher, issuerName: ISSUER, caConfiguration: null, formerly: null })
  })

  test('more wishes than one commit holds are all recorded', async () => {
    await receive(...Array.from({ length: 35 }, (_, i) => wish(`context ${i}`)))
    expect(await received()).toHaveLength(35)
  })

  test('I-7.9-12 a result waits until it was told, though the wish is offered again; told and offered again, it is decided again', async () => {
    const { wishes } = open.store
    await receive(wish('a'))
    await wishes.ledger(lease).decide(await only(), { code: 4101, message: 'not now' }, undefined, NOW)
    await receive(wish('a'))
    expect(await received()).toEqual([])
    expect(await untold()).toMatchObject([{ context: 'a', code: 4101, message: 'not now', attempts: 0 }])
    await wishes.reported(await untold(), NOW, lease)
    expect(await untold()).toEqual([])
    await receive(wish('a'))
    expect(await only()).toMatchObject({ context: 'a', formerly: 'not now' })
  })

  test('what was left alone is looked at again when it is offered again, with what was said of it', async () => {
    await receive(wish('a'))
    await open.store.wishes.ledger(lease).ignore(await only(), 'not ours', NOW)
    expect([await received(), await untold()]).toEqual([[], []])
    await receive(wish('a'))
    expect(await only()).toMatchObject({ formerly: 'not ours' })
  })

  test('what was told in vain comes after the rest, and is due later', async () => {
    const { wishes } = open.store
    const later = new Date(NOW.getTime() + 60_000)
    await receive(wish('a'))
    await wishes.ledger(lease).decide(await only(), DONE, undefined, NOW)
    await wishes.postpone(await untold(), later, lease)
    expect(await wishes.dueVouchers(NOW)).not.toContain(voucher)
    expect(await wishes.dueVouchers(later)).toContain(voucher)
    await receive(wish('b'))
    await wishes.ledger(lease).decide(await only(), DONE, undefined, NOW)
    expect((await untold()).map(({ context, attempts }) => [context, attempts])).toEqual([
      ['b', 0],
      ['a', 1],
    ])
  })

  test('I-7.9-13 I-8-07 only what this voucher vouched for is found, with leading zero and high bit as it was told', async () => {
    const serial = Buffer.concat([Buffer.from('00ff0a', 'hex'), Buffer.from(randomUUID())])
    const mine = await vouched(serial)
    const found = await open.store.wishes.ledger(lease).vouchedFor(voucher, [serial.toString('hex'), 'beef', 'beef'])
    expect(found).toEqual([
      {
        uuid: mine.uuid,
        issuerId: mine.prepared.issuerId,
        serial: serial.toString('hex'),
        toldSerial: serial.toString('hex').toUpperCase(),
        toldIssuer: ISSUER,
      },
    ])
    expect(await open.store.wishes.ledger(lease).vouchedFor(randomUUID(), [serial.toString('hex')])).toEqual([])
  })

  test('I-7.9-12 revocation and result are one commit: a failure in it leaves neither, and then it is done once', async () => {
    const certificate = await vouched()
    const ledger = open.store.wishes.ledger(lease)
    const [before] = await ledger.find({ uuid: certificate.uuid })
    if (before === undefined) throw new Error('no certificate')
    const revocation = { at: NOW, reason: 'cessationOfOperation' } as const
    const event = sampleIssueEvent(certificate)
    await receive(wish('a'))
    const recorded = await only()
    const revoke = (events = [event]) => ledger.revoke(recorded, DONE, before, revocation, events)

    await expect(revoke([event, event]), 'the same event twice').rejects.toThrow()
    expect([await standing(certificate), await untold()]).toEqual(['issued', []])
    expect(await revoke()).toBe(true)
    expect([await standing(certificate), (await untold()).length]).toEqual(['revoked', 1])
    expect(await revoke(), 'it does not stand as it was found').toBe(false)
  })

  test('once somebody else has the lease nothing is written, and whoever tries is told', async () => {
    const certificate = await vouched()
    const { wishes, leases } = open.store
    await receive(wish('a'))
    const recorded = await only()
    await leases.release(lease)
    await leases.acquire(lease.name, 'another', 60)
    const ledger = wishes.ledger(lease)
    const standingOf = { uuid: certificate.uuid, issuerId: certificate.prepared.issuerId }
    const attempts = [
      () => receive(wish('b')),
      () => ledger.revoke(recorded, DONE, standingOf, { at: NOW, reason: 'unspecified' }, []),
      () => ledger.decide(recorded, DONE, undefined, NOW),
      () => ledger.ignore(recorded, 'not ours', NOW),
      () => wishes.beginCollection(voucher, NOW, lease),
      () => wishes.prune(new Date(NOW.getTime() + DAY), lease),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow('Another server has taken the job over.')
    expect(await received()).toEqual([recorded])
    expect(await standing(certificate)).toBe('issued')
    expect((await wishes.collections()).has(voucher)).toBe(false)
  })

  test('when wishes were last collected is known to every server', async () => {
    const { wishes } = open.store
    const later = new Date(NOW.getTime() + DAY)
    for (const at of [NOW, later]) await wishes.beginCollection(voucher, at, lease)
    expect((await wishes.collections()).get(voucher)).toEqual(later)
  })

  test('wishes of which nothing was heard since a day are forgotten, others not', async () => {
    const { wishes } = open.store
    const later = new Date(NOW.getTime() + DAY)
    await receive(wish('old'), wish('offered again'))
    await wishes.receive(voucher, [wish('offered again')], later, lease)
    expect(await wishes.isPruneDue(NOW)).toBe(false)
    expect(await wishes.isPruneDue(later)).toBe(true)
    await wishes.prune(later, lease)
    expect((await received()).map(({ context }) => context)).toEqual(['offered again'])
  })
})

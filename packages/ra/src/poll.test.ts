import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { poll } from './poll.ts'
import type { InventoryEntry } from './ports.ts'
import { certificateFor, DAY, NOW } from './testing/certificate.ts'
import { certificateOf, KEY_A, KEY_B, message, NO_CERTIFICATES, pollFor, setUp } from './testing/world.ts'
import { Unavailable } from './unavailable.ts'

function polling(options: Parameters<typeof setUp>[0] = {}) {
  const world = setUp(options)
  const { ports } = world
  const ask = (request: EnrolmentMessage, by = request.signer, at = NOW, where = world.endpoint) =>
    poll(pollFor(request, by), where, ports, at)
  return { ...world, enrol: world.ask, poll: ask }
}

describe('S-4.4-02 S-5.2-09 S-7-11 D-4.3-01 a poll that asks for what is not its own', () => {
  test('hears the same as one for what nobody asked, whoever signed and wherever it asks', async () => {
    const { enrol, poll, endpoint } = polling()
    const request = await message()
    await enrol(request)
    const other = await message({ key: KEY_B })
    const foreign = { certificate: await certificateFor(KEY_A, 'CN=printer1', []), selfSigned: false }
    const refusals = await Promise.all(
      [
        poll(await message({ tid: 'T-unknown' })),
        poll(request, other.signer),
        poll(request, foreign),
        poll(request, request.signer, NOW, { ...endpoint, address: 'raProfile/default' }),
      ].map((one) => one.then(() => undefined).catch((error: unknown) => error)),
    )
    for (const error of refusals) {
      expect(error).toBeInstanceOf(ScepError)
      expect(error).toMatchObject({ reason: 'transaction_unknown', failInfo: 'badCertId' })
    }
    expect((await poll(request)).status, 'and its owner is not disturbed').toBe('issued')
  })
})

test('a poll signed with a certificate of ours also finds what its key asked for the first time', async () => {
  const { endpoint, ledger, ports, enrol } = polling()
  const request = await message()
  const certificate = certificateOf(await enrol(request))
  const own = await certificateFor(KEY_A, 'CN=printer1', [])
  const entry: InventoryEntry = {
    ...{ uuid: 'own', der: own.der, issuerId: 1, state: 'issued' },
    ...{ endpoint: endpoint.address, raProfileId: 1 },
  }
  const inventory = { ...NO_CERTIFICATES, findByDigest: () => Promise.resolve(entry) }
  const signed = pollFor(request, { certificate: own, selfSigned: false })
  expect(await poll(signed, endpoint, { ...ports, inventory }, NOW)).toMatchObject({ status: 'issued', certificate })
  expect(ledger.rows.size).toBe(1)
})

describe('S-5.2-08 S-7.4-01 a poll after issue', () => {
  test('gets the certificate as often as it asks, also late in its life', async () => {
    const { enrol, poll, ca } = polling()
    const request = await message()
    const certificate = certificateOf(await enrol(request))
    for (const days of [0, 1, 300]) {
      expect(await poll(request, request.signer, new Date(NOW.getTime() + days * DAY))).toMatchObject({
        status: 'issued',
        certificate,
        repeated: true,
      })
    }
    expect(ca.calls.signed).toBe(1)
  })

  test('S-7-18 gets no certificate that was revoked, and none of an RA profile that is switched off', async () => {
    const { enrol, poll, endpoint, ledger } = polling()
    const request = await message()
    const { transaction } = await enrol(request)
    const off = { ...endpoint, enabledRaProfileIds: new Set<number>() }
    await expect(poll(request, request.signer, NOW, off)).rejects.toMatchObject({ reason: 'enrolment_refused' })
    const { certificate } = ledger.rows.get(transaction)?.known ?? {}
    if (certificate === undefined) throw new Error('no certificate')
    ledger.alter(transaction, { certificate: { ...certificate, revoked: true } })
    await expect(poll(request)).rejects.toMatchObject({ reason: 'enrolment_refused', failInfo: 'badRequest' })
  })

  test('whose certificate is forgotten is told that there is nothing', async () => {
    const { enrol, poll, ledger } = polling()
    const request = await message()
    const { transaction } = await enrol(request)
    ledger.alter(transaction, { certificate: undefined })
    await expect(poll(request)).rejects.toMatchObject({ reason: 'transaction_unknown' })
  })
})

describe('S-4.3.1-01 D-2.1.3-02 an authority that does not sign now', () => {
  test('is waited for where the profile lets devices poll: PENDING, then the certificate', async () => {
    const { ca, endpoint, ports, enrol, poll } = polling({ inProcess: false })
    const patient = { ...endpoint, scepProfile: { ...endpoint.scepProfile, allowPolling: true } }
    const request = await message()
    ca.setBroken(true)
    const pending = { status: 'pending', transaction: expect.any(String), detail: 'HSM unplugged' }
    expect(await enrol(request, NOW, patient)).toEqual(pending)
    expect(await poll(request, request.signer, NOW, patient)).toEqual(pending)
    expect(await enrol(request, NOW, patient)).toEqual(pending)
    ca.setBroken(false)
    expect(await poll(request, request.signer, NOW, patient)).toMatchObject({ status: 'issued', repeated: false })
    expect(ca.calls.prepared).toBe(1)
    expect(ports.ledger.rows.size).toBe(1)
  })

  test('is our own fault where it does not', async () => {
    const { ca, enrol, poll } = polling({ inProcess: false })
    const request = await message()
    ca.setBroken(true)
    await expect(enrol(request)).rejects.toBeInstanceOf(Unavailable)
    await expect(poll(request)).rejects.toBeInstanceOf(Unavailable)
  })

  test('S-4.4-07 for ten minutes: what was recorded then is void, and the poll is refused', async () => {
    const { ca, enrol, poll, ledger } = polling({ inProcess: false, uses: 1 })
    const request = await message()
    ca.setBroken(true)
    await expect(enrol(request)).rejects.toBeInstanceOf(Unavailable)
    const later = new Date(NOW.getTime() + 11 * 60_000)
    await expect(poll(request, request.signer, later)).rejects.toMatchObject({ reason: 'issue_failed' })
    expect(ledger.uses.get(7)).toBe(1)
  })
})

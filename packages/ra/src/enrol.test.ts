import { buildKeyUsage, type GeneralName, nameToText } from '@chancery/pki'
import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { enrol } from './enrol.ts'
import type { CertificateInventory, InventoryEntry } from './ports.ts'
import { certificateFor, DAY, NOW, rsaKey } from './testing/certificate.ts'
import { certificateOf, KEY_A, KEY_B, message, NO_CERTIFICATES, setUp } from './testing/world.ts'
import { ConfigurationChanged, Unavailable } from './unavailable.ts'

const reason = (expected: string) => expect.objectContaining({ reason: expected })

describe('a first enrolment', () => {
  test('S-2.4-02 a valid challenge and a request within the rules give a certificate that is in the ledger', async () => {
    const { ask, ledger } = setUp()
    const certificate = certificateOf(await ask(await message()))
    expect([...ledger.rows.values()].map(({ known }) => known.certificate?.der)).toEqual([certificate])
  })

  test('S-2.4-03 a device whose challenge is refused gets badRequest and the authority is never asked', async () => {
    const { ask, ca, ledger } = setUp()
    await expect(ask(await message({ challenge: 'wrong' }))).rejects.toMatchObject({
      reason: 'challenge_refused',
      failInfo: 'badRequest',
    })
    expect(ca.calls).toEqual({ prepared: 0, signed: 0 })
    expect(ledger.rows.size).toBe(0)
  })

  test('S-2.4-04 without a challenge nothing is issued, and nobody is asked about it', async () => {
    const { ask, asked } = setUp()
    await expect(ask(await message({ challenge: '' }))).rejects.toEqual(reason('challenge_refused'))
    expect(asked).toEqual([])
  })

  test('S-3.2.1.5-07 a challenge that the same request has used up meanwhile at another node is no refusal', async () => {
    const { ask, endpoint } = setUp({ uses: 1 })
    const request = await message()
    let first: Promise<Awaited<ReturnType<typeof ask>>> | undefined
    const overtaken: typeof endpoint = {
      ...endpoint,
      challenge: {
        async validate() {
          first = ask(request)
          await first
          return { verdict: 'refused', detail: 'challenge is used up', reused: true }
        },
      },
    }
    const answer = await ask(request, NOW, overtaken)
    expect(answer).toMatchObject({ status: 'issued', repeated: true })
    if (first === undefined) throw new Error('nobody was faster')
    expect(certificateOf(answer)).toEqual(certificateOf(await first))
  })

  test('S-2.4-08 the challenge is asked last: a request that breaks a cheaper rule does not reach who vouches', async () => {
    const { ask, asked } = setUp()
    await expect(ask(await message({ key: rsaKey(1024) }))).rejects.toEqual(reason('key_refused'))
    await expect(ask(await message({ subject: '' }))).rejects.toEqual(reason('subject_refused'))
    await expect(ask(await message({ names: [{ type: 'registeredId', value: '1.2.3' }] }))).rejects.toEqual(
      reason('subject_alt_name_refused'),
    )
    expect(asked).toEqual([])
  })

  test('S-2.4-08 a refused request leaves the challenge usable', async () => {
    const { ask } = setUp({ uses: 1 })
    await expect(ask(await message({ subject: '' }))).rejects.toBeInstanceOf(ScepError)
    expect((await ask(await message())).status).toBe('issued')
  })

  test('a decision on an old configuration is not carried out', async () => {
    const { ask, ledger } = setUp()
    ledger.version = 2
    await expect(ask(await message())).rejects.toBeInstanceOf(ConfigurationChanged)
    expect(ledger.rows.size).toBe(0)
  })
})

describe('the same request again', () => {
  test('S-5.2-02 S-3.2.1.5-07 gets the same certificate, although its one-time challenge is used up', async () => {
    const { ask, ca } = setUp({ uses: 1 })
    const first = certificateOf(await ask(await message()))
    const again = await ask(await message())
    expect(again).toMatchObject({ status: 'issued', repeated: true })
    expect(certificateOf(again)).toEqual(first)
    expect(ca.calls.signed).toBe(1)
  })

  test('S-2.4-07 S-3.2.1.5-07 twenty at once get one certificate', async () => {
    const { ask, ledger } = setUp({ uses: 1 })
    const request = await message()
    const certificates = (await Promise.all(Array.from({ length: 20 }, () => ask(request)))).map(certificateOf)
    expect(new Set(certificates.map((der) => der.toString('hex'))).size).toBe(1)
    expect(ledger.rows.size).toBe(1)
  })

  test('S-5.2-02 is not answered with it once the RA profile of the transaction is switched off', async () => {
    const { ask, endpoint } = setUp()
    await ask(await message())
    const enabledRaProfileIds = new Set([2])
    const raProfile = { ...endpoint.raProfile, id: 2 }
    const moved = { ...endpoint, raProfile, raProfileIds: new Set([1, 2]), enabledRaProfileIds }
    await expect(ask(await message(), NOW, moved)).rejects.toEqual(reason('enrolment_refused'))
    const both = { ...moved, enabledRaProfileIds: new Set([1, 2]) }
    expect(await ask(await message(), NOW, both)).toMatchObject({ status: 'issued', repeated: true })
  })

  test('one of an RA profile that was deleted is over: a new one of its name issues anew', async () => {
    const { ask, endpoint } = setUp({ uses: 2 })
    const first = await ask(await message())
    const ids = new Set([2])
    const raProfile = { ...endpoint.raProfile, id: 2 }
    const renewed = { ...endpoint, raProfile, raProfileIds: ids, enabledRaProfileIds: ids }
    const second = await ask(await message(), NOW, renewed)
    expect(second).toMatchObject({ status: 'issued', repeated: false })
    expect(second.transaction).not.toBe(first.transaction)
    // Without a challenge that is good, deleting and making an RA profile mints nothing.
    const other = new Set([3])
    const again = { ...endpoint, raProfile: { ...raProfile, id: 3 }, raProfileIds: other, enabledRaProfileIds: other }
    await expect(ask(await message(), NOW, again)).rejects.toEqual(reason('challenge_refused'))
  })

  test('S-5.2-05 D-3.1.1.1-01 past half of the validity, or revoked, a new certificate takes the place of the old one', async () => {
    const { ask, ledger } = setUp()
    const first = certificateOf(await ask(await message()))
    expect(certificateOf(await ask(await message(), new Date(NOW.getTime() + 182 * DAY)))).toEqual(first)
    const second = certificateOf(await ask(await message(), new Date(NOW.getTime() + 183 * DAY)))
    expect(second).not.toEqual(first)
    const [only] = [...ledger.rows.values()]
    if (only?.known.certificate === undefined) throw new Error('no certificate in the ledger')
    ledger.alter(only.known.uuid, { certificate: { ...only.known.certificate, revoked: true } })
    expect(certificateOf(await ask(await message(), new Date(NOW.getTime() + 184 * DAY)))).not.toEqual(second)
  })

  test('S-5.2-03 another subject under the same transactionID and key is refused while the first is fresh', async () => {
    const { ask } = setUp()
    await ask(await message())
    await expect(ask(await message({ subject: 'CN=printer2' }))).rejects.toMatchObject({
      reason: 'transaction_conflict',
      failInfo: 'badRequest',
    })
  })

  test('S-5.2-06 after a refusal the same transactionID is judged afresh', async () => {
    const { ask } = setUp()
    await expect(ask(await message({ challenge: 'wrong' }))).rejects.toEqual(reason('challenge_refused'))
    expect((await ask(await message())).status).toBe('issued')
  })
})

describe('another signer with the same transactionID', () => {
  test('S-5.2-03 S-7-11 is another transaction, which never sees the first one’s certificate', async () => {
    const { ask, ledger } = setUp()
    const victim = certificateOf(await ask(await message()))
    await expect(ask(await message({ key: KEY_B, challenge: 'wrong' }))).rejects.toEqual(reason('challenge_refused'))
    const other = certificateOf(await ask(await message({ key: KEY_B })))
    expect(other).not.toEqual(victim)
    expect(ledger.rows.size).toBe(2)
  })

  test('S-3.2.1.1-07 the same message at another endpoint is another transaction', async () => {
    const { ask, endpoint, ledger } = setUp()
    await ask(await message())
    await ask(await message(), NOW, { ...endpoint, address: 'raProfile/default' })
    expect(ledger.rows.size).toBe(2)
  })
})

describe('an authority that signs elsewhere', () => {
  test('records the exact TBS before it is signed, and finishes with what came back', async () => {
    const { ask, ledger, ca } = setUp({ inProcess: false })
    ca.setBroken(true)
    await expect(ask(await message())).rejects.toBeInstanceOf(Unavailable)
    expect([...ledger.rows.values()].map(({ known }) => known.state)).toEqual(['ordered'])
    ca.setBroken(false)
    const certificate = certificateOf(await ask(await message()))
    expect(ca.calls).toEqual({ prepared: 1, signed: 1 })
    expect([...ledger.rows.values()].map(({ known }) => known.certificate?.der)).toEqual([certificate])
  })

  test('S-3.2.1.5-07 of two that sign the recorded TBS the loser answers with the winner’s certificate', async () => {
    const { ask, ca } = setUp({ inProcess: false, uses: 1 })
    const request = await message()
    const [first, second] = (await Promise.all([ask(request), ask(request)])).map(certificateOf)
    expect(first).toEqual(second)
    expect(ca.calls.prepared).toBeLessThanOrEqual(2)
  })

  test('a TBS older than ten minutes is void: the request is judged again and gets another serial', async () => {
    const { ask, ledger, ca } = setUp({ inProcess: false })
    ca.setBroken(true)
    await expect(ask(await message())).rejects.toBeInstanceOf(Unavailable)
    ca.setBroken(false)
    await ask(await message(), new Date(NOW.getTime() + 11 * 60_000))
    expect(ca.calls.prepared).toBe(2)
    expect([...ledger.rows.values()].map(({ known }) => known.state)).toEqual(['issued'])
  })
})

describe('S-2.3-15 S-2.5-01 a message signed with a certificate of ours asks for its renewal', () => {
  const LATE = new Date(NOW.getTime() + 200 * DAY)
  const NAMES: GeneralName[] = [
    { type: 'dns', value: 'printer1.example' },
    { type: 'dns', value: 'printer1' },
  ]

  /** A device that holds a certificate of one year, issued at NOW. */
  async function holder(change: Partial<InventoryEntry> = {}, ...extensions: Buffer[]) {
    const certificate = await certificateFor(KEY_A, 'CN=printer1', NAMES, ...extensions)
    const entry: InventoryEntry = {
      uuid: 'old',
      der: certificate.der,
      issuerId: 1,
      state: 'issued',
      endpoint: 'scepProfile/default',
      raProfileId: 1,
      ...change,
    }
    const inventory: CertificateInventory = {
      ...NO_CERTIFICATES,
      findByDigest: (digest) => Promise.resolve(digest.equals(certificate.digest()) ? entry : undefined),
    }
    const { endpoint, ledger, ports, asked, ca } = setUp()
    const renewal = async (options: Parameters<typeof message>[0] = {}): Promise<EnrolmentMessage> => ({
      ...(await message({ challenge: '', key: KEY_B, ...options })),
      messageType: 'RenewalReq',
      signer: { certificate, selfSigned: false },
    })
    const ask = (request: EnrolmentMessage, at = LATE, where = endpoint) =>
      enrol(request, where, { ...ports, inventory }, at)
    return { ask, renewal, endpoint, ledger, asked, ca }
  }

  test('S-2.4-13 a new key for the same names needs no challenge, and the lineage is recorded', async () => {
    const { ask, renewal, ledger, asked } = await holder()
    expect((await ask(await renewal({ names: NAMES }))).status).toBe('issued')
    expect([...ledger.rows.values()].map((one) => one.identity.kind)).toEqual(['renewal'])
    expect(ledger.predecessors).toEqual(['old'])
    expect(asked).toEqual([])
  })

  test('S-2.3-15 D-3.1.1.2-01 a PKCSReq signed with the old certificate is the same, with the old key or a used-up challenge', async () => {
    const { ask, renewal, asked } = await holder()
    const request: EnrolmentMessage = {
      ...(await renewal({ key: KEY_A, challenge: 'used up' })),
      messageType: 'PKCSReq',
    }
    expect((await ask(request)).status).toBe('issued')
    expect(asked).toEqual([])
  })

  test('D-8.6-01 a certificate that is only for key encipherment renews all the same', async () => {
    const { ask, renewal } = await holder({}, buildKeyUsage(['keyEncipherment']))
    expect((await ask(await renewal())).status).toBe('issued')
  })

  test('S-3.2.1.5-07 the same renewal again gets the same certificate', async () => {
    const { ask, renewal, ca } = await holder()
    const request = await renewal()
    expect(certificateOf(await ask(request))).toEqual(certificateOf(await ask(request)))
    expect(ca.calls.signed).toBe(1)
  })

  test('S-2.3-11 a RenewalReq with a self-signed signer is refused, challenge or not', async () => {
    const { ask } = setUp()
    const request: EnrolmentMessage = { ...(await message()), messageType: 'RenewalReq' }
    await expect(ask(request)).rejects.toMatchObject({ reason: 'renewal_refused', failInfo: 'badRequest' })
  })

  test('S-2.3-11 S-2.5-06 nor is it answered with what a PKCSReq of the same transaction got', async () => {
    const { ask, endpoint } = setUp()
    await ask(await message())
    const again: EnrolmentMessage = { ...(await message()), messageType: 'RenewalReq' }
    await expect(ask(again)).rejects.toEqual(reason('renewal_refused'))
    const { scepProfile } = endpoint
    const off = { ...endpoint, scepProfile: { ...scepProfile, renewal: { ...scepProfile.renewal, enabled: false } } }
    await expect(ask(again, NOW, off)).rejects.toEqual(reason('renewal_refused'))
  })

  test('S-2.5-06 with renewals off a PKCSReq signed with the certificate needs a challenge, and renews nothing', async () => {
    const { ask, renewal, endpoint, ledger, asked } = await holder()
    const { scepProfile } = endpoint
    const off = { ...endpoint, scepProfile: { ...scepProfile, renewal: { ...scepProfile.renewal, enabled: false } } }
    const pkcsReq = async (challenge: string): Promise<EnrolmentMessage> => ({
      ...(await renewal({ key: KEY_A, challenge })),
      messageType: 'PKCSReq',
    })
    await expect(ask(await pkcsReq(''), LATE, off)).rejects.toEqual(reason('challenge_refused'))
    await expect(ask(await pkcsReq('wrong'), LATE, off)).rejects.toEqual(reason('challenge_refused'))
    await expect(ask(await renewal({ key: KEY_A }), LATE, off)).rejects.toEqual(reason('renewal_refused'))
    expect((await ask(await pkcsReq('right'), LATE, off)).status).toBe('issued')
    expect(asked).toEqual(['wrong', 'right'])
    expect([...ledger.rows.values()].map((one) => one.identity.kind)).toEqual(['initial'])
    expect(ledger.predecessors).toEqual([])
  })

  test('S-2.5-03 another subject or an added name is refused; a dropped name is not', async () => {
    const { ask, renewal } = await holder()
    await expect(ask(await renewal({ subject: 'CN=printer2' }))).rejects.toEqual(reason('renewal_refused'))
    const added: GeneralName[] = [...NAMES, { type: 'dns', value: 'bank.example' }]
    await expect(ask(await renewal({ names: added }))).rejects.toEqual(reason('renewal_refused'))
    expect((await ask(await renewal({ names: NAMES.slice(1), tid: 'T-2' }))).status).toBe('issued')
  })

  test('S-2.5-03 the subject stays as it was certified, also where the request writes it in another case', async () => {
    const { ask, renewal, ca } = await holder()
    expect((await ask(await renewal({ subject: 'CN=PRINTER1' }))).status).toBe('issued')
    expect(ca.subjects.map(nameToText)).toEqual(['CN=printer1'])
  })

  test('S-2.5-04 before the second half of the life it is too early, unless the profile says from when', async () => {
    const { ask, renewal, endpoint } = await holder()
    const early = new Date(NOW.getTime() + 100 * DAY)
    await expect(ask(await renewal(), early)).rejects.toMatchObject({
      detail: expect.stringContaining('may be renewed from'),
    })
    const always = { ...endpoint, scepProfile: { ...endpoint.scepProfile, renewalThresholdDays: 400 } }
    expect((await ask(await renewal(), early, always)).status).toBe('issued')
  })

  test('S-2.3-13 an expired, a not yet valid and a revoked certificate renew nothing', async () => {
    const { ask, renewal } = await holder()
    await expect(ask(await renewal(), new Date(NOW.getTime() + 400 * DAY))).rejects.toEqual(reason('renewal_refused'))
    await expect(ask(await renewal(), new Date(NOW.getTime() - DAY))).rejects.toEqual(reason('renewal_refused'))
    const revoked = await holder({ state: 'revoked' })
    await expect(revoked.ask(await revoked.renewal())).rejects.toEqual(reason('signer_refused'))
  })

  test('S-2.5-03 a certificate of another authority or another service is refused; a changed default is not', async () => {
    const foreign = await holder({ issuerId: 9 })
    await expect(foreign.ask(await foreign.renewal())).rejects.toEqual(reason('renewal_refused'))
    const elsewhere = await holder({ raProfileId: 9, endpoint: 'scepProfile/other' })
    await expect(elsewhere.ask(await elsewhere.renewal())).rejects.toEqual(reason('renewal_refused'))
    const moved = await holder({ raProfileId: 9 })
    expect((await moved.ask(await moved.renewal())).status).toBe('issued')
  })

  test('S-2.3-12 S-2.3-14 a certificate that is not in the inventory is refused like an envelope that does not open', async () => {
    const { ask } = setUp()
    await expect(ask(await message({ selfSigned: false }))).rejects.toEqual(reason('bad_envelope'))
  })

  test('S-2.3-07 somebody with a certificate of his own cannot use up the challenge of a captured request', async () => {
    const { ask, renewal, asked } = await holder()
    const captured = await message({ key: KEY_B, subject: 'CN=victim' })
    await expect(ask({ ...captured, signer: (await renewal()).signer })).rejects.toEqual(reason('renewal_refused'))
    expect(asked).toEqual([])
  })
})

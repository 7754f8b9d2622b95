import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Revocation } from '../revocation-register.ts'
import { certificateFor, DAY, NOW, rsaKey } from '../testing/certificate.ts'
import { MemoryWishes } from '../testing/memory-wishes.ts'
import { fulfil, type WishScene } from './fulfil.ts'
import { issuerNames, type NamedIssuer } from './issuer-names.ts'
import type { RecordedWish } from './ledger.ts'

const OURS = 'CN=Device CA 1,O=Example'
const ELSEWHERE = 'CN=Their CA,O=Example'
const SERIAL = '5f3a9c01b2'

let issuers: readonly NamedIssuer[]
beforeAll(async () => {
  const key = rsaKey(2048)
  const issuer = async (id: number, subject: string, toldAs = subject) => ({
    ...{ id, toldAs, isOurs: subject !== ELSEWHERE },
    certificate: (await certificateFor(key, subject, [])).der,
  })
  issuers = [
    await issuer(1, OURS),
    await issuer(2, ELSEWHERE),
    await issuer(3, 'CN=Device CA 2,O=Example', 'Device CA 2 (8a2f)'),
  ]
})

let ledger: MemoryWishes
let scene: WishScene
beforeEach(() => {
  ledger = new MemoryWishes()
  scene = {
    issuers: issuerNames(issuers),
    reasonFor: () => 'cessationOfOperation',
    auditFor: () => () => [],
    now: () => NOW,
  }
})

interface Vouched {
  readonly serial?: string
  readonly issuerId?: number
  readonly toldSerial?: string | null
  readonly toldIssuer?: string | null
  readonly voucher?: string
  readonly revocation?: Revocation
  readonly notAfter?: Date
}

/** @returns its UUID */
function vouch({ serial = SERIAL, issuerId = 1, voucher = 'contoso', ...rest }: Vouched = {}): string {
  const { revocation, notAfter = new Date(NOW.getTime() + DAY) } = rest
  const { toldSerial = serial.toUpperCase(), toldIssuer = OURS } = rest
  const uuid = randomUUID()
  ledger.certificates.push({
    ...{ uuid, purpose: 'device', der: Buffer.alloc(0), issuerId, serial, subject: 'CN=device' },
    ...{ notBefore: NOW, notAfter, state: revocation === undefined ? 'issued' : 'revoked', revocation },
    ...{ predecessor: null, endpoint: null, raProfileId: null },
  })
  const vouched = ledger.vouched.get(voucher) ?? []
  ledger.vouched.set(voucher, [...vouched, { uuid, issuerId, serial, toldSerial, toldIssuer }])
  return uuid
}

const wish = (serialNumber: string, issuerName: string | null = OURS, caConfiguration: string | null = null) => {
  const recorded = { id: 7, voucher: 'contoso', context: 'opaque', formerly: null }
  return { ...recorded, serialNumber, issuerName, caConfiguration } satisfies RecordedWish
}

const reasonOf = async (uuid: string) => (await ledger.find({ uuid }))[0]?.revocation?.reason
const codeOf = () => ledger.results.get(7)?.code

test('a certificate is revoked for the reason of its profile, and the result is a success without a message', async () => {
  const uuid = vouch()
  expect(await fulfil(wish('5F3A9C01B2'), scene, ledger)).toMatchObject({ status: 'revoked' })
  expect(await reasonOf(uuid)).toBe('cessationOfOperation')
  expect(ledger.results.get(7), 'I-8-20').toEqual({ code: 0, message: '' })
})

test('one that has expired is recorded as revoked all the same', async () => {
  const uuid = vouch({ notAfter: new Date(NOW.getTime() - DAY) })
  expect(await fulfil(wish('5F3A9C01B2'), scene, ledger)).toMatchObject({ status: 'revoked' })
  expect([await reasonOf(uuid), codeOf()]).toEqual(['cessationOfOperation', 0])
})

test('one that is revoked stays as it is, and the result is a success', async () => {
  const uuid = vouch({ revocation: { at: NOW, reason: 'keyCompromise' } })
  expect(await fulfil(wish('5F3A9C01B2'), scene, ledger)).toMatchObject({ status: 'already' })
  expect([await reasonOf(uuid), codeOf()]).toEqual(['keyCompromise', 0])
})

test('one on hold is revoked for good', async () => {
  const uuid = vouch({ revocation: { at: NOW, reason: 'certificateHold' } })
  expect(await fulfil(wish('5F3A9C01B2'), scene, ledger)).toMatchObject({ status: 'revoked' })
  expect([await reasonOf(uuid), codeOf()]).toEqual(['cessationOfOperation', 0])
})

test('one of a CA in another house is recorded as revoked and answered 4006 each time, for we publish nothing of it', async () => {
  const uuid = vouch({ issuerId: 2, toldIssuer: ELSEWHERE })
  for (const status of ['revoked', 'already']) {
    expect(await fulfil(wish('5F3A9C01B2', ELSEWHERE), scene, ledger)).toMatchObject({ status })
    expect(ledger.results.get(7)).toMatchObject({ code: 4006, message: expect.stringContaining('its CA') })
  }
  expect(await reasonOf(uuid)).toBe('cessationOfOperation')
})

test.each([
  ['as it was told', OURS, null],
  ['in the configuration of the CA alone', null, OURS],
  ['in another spelling', 'cn=device ca 1, o=example', null],
  ['in the order of the encoding', 'O=Example,CN=Device CA 1', null],
  ['not at all', null, ''],
])('a certificate is found where its issuer is named %s', async (_, issuerName, caConfiguration) => {
  vouch()
  expect(await fulfil(wish('5F3A9C01B2', issuerName, caConfiguration), scene, ledger)).toMatchObject({
    status: 'revoked',
  })
})

test('a certificate is found under an issuer as it was told that is no name at all', async () => {
  vouch({ toldIssuer: 'Device CA 1 (8a2f)' })
  expect(await fulfil(wish('5F3A9C01B2', 'Device CA 1 (8a2f)'), scene, ledger)).toMatchObject({ status: 'revoked' })
})

test.each(['CN=Somebody Else', 'O=Example', 'no name', 'x'.repeat(2000)])(
  'I-8-19 under the issuer %j the same serial number is somebody else’s, and gets no result',
  async (issuerName) => {
    const uuid = vouch()
    expect(await fulfil(wish('5F3A9C01B2', issuerName), scene, ledger)).toMatchObject({ status: 'ignored' })
    expect([await reasonOf(uuid), codeOf(), ledger.ignored.has(7)]).toEqual([undefined, undefined, true])
  },
)

test('what another voucher vouched for is not found', async () => {
  const uuid = vouch({ voucher: 'fabrikam' })
  expect(await fulfil(wish('5F3A9C01B2'), scene, ledger)).toMatchObject({ status: 'refused' })
  expect([await reasonOf(uuid), codeOf()]).toEqual([undefined, 4004])
})

test.each([
  ['unknown', '0BADCAFE', 4004],
  ['no number', 'the one in the hall', 4001],
  ['empty', ' ', 4002],
])('under an issuer of ours a serial number that is %s is answered', async (_, serial, code) => {
  vouch()
  expect(await fulfil(wish(serial), scene, ledger)).toMatchObject({ status: 'refused', result: { code } })
  expect(ledger.results.get(7)?.message, 'I-8-20').not.toBe('')
})

test('an issuer of ours is known as it is told, too', async () => {
  await fulfil(wish('0BADCAFE', 'Device CA 2 (8a2f)'), scene, ledger)
  expect(codeOf()).toBe(4004)
})

test.each([
  ['of a CA in another house, which issues for others, too', '0BADCAFE', ELSEWHERE],
  ['without an issuer', '0BADCAFE', null],
  ['that is no number, without an issuer', 'the one in the hall', null],
])('I-8-19 an unknown serial number %s gets no result', async (_, serial, issuerName) => {
  vouch()
  expect(await fulfil(wish(serial, issuerName), scene, ledger)).toMatchObject({ status: 'ignored' })
  expect(codeOf()).toBeUndefined()
})

test('a serial number of two issuers is the one that is named, and without a name neither', async () => {
  const [one, other] = [vouch(), vouch({ issuerId: 3, toldIssuer: 'CN=Device CA 2,O=Example' })]
  expect(await fulfil(wish('5F3A9C01B2', null), scene, ledger)).toMatchObject({ status: 'ignored' })
  await fulfil(wish('5F3A9C01B2', 'CN=Device CA 2,O=Example'), scene, ledger)
  expect([await reasonOf(one), await reasonOf(other)]).toEqual([undefined, 'cessationOfOperation'])
})

test('I-7.9-13 what was told exactly so comes before what it may mean besides', async () => {
  // Decimal 1000 is hexadecimal 03e8.
  const [decimal, hexadecimal] = [
    vouch({ serial: '03e8', toldSerial: '1000' }),
    vouch({ serial: '1000', toldSerial: null }),
  ]
  await fulfil(wish('1000'), scene, ledger)
  expect([await reasonOf(decimal), await reasonOf(hexadecimal)]).toEqual(['cessationOfOperation', undefined])
})

test('a decimal serial number is found where no hexadecimal one is', async () => {
  const uuid = vouch({ serial: '03e8', toldSerial: '03E8' })
  await fulfil(wish('1000'), scene, ledger)
  expect(await reasonOf(uuid)).toBe('cessationOfOperation')
})

test.each([
  ['the store is down', new Error('connection lost'), 4101],
  ['we are wrong ourselves', new TypeError('no such thing'), 4100],
])('I-7.9-12 when %s, the answer lets it come again, and says nothing of the cause', async (_, failure, code) => {
  const uuid = vouch()
  ledger.failure = failure
  expect(await fulfil(wish('5F3A9C01B2'), scene, ledger)).toMatchObject({ status: 'failed', error: failure })
  expect(codeOf()).toBe(code)
  expect(ledger.results.get(7)?.message).not.toContain(failure.message)
  await fulfil(wish('5F3A9C01B2'), scene, ledger)
  expect([await reasonOf(uuid), codeOf()]).toEqual(['cessationOfOperation', 0])
})

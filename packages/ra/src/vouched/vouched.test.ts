import { generalNameToText } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { describe, expect, test, vi } from 'vitest'
import { ChallengeReused } from '../challenge-reused.ts'
import { enrol } from '../enrol.ts'
import { NO_ORIGIN } from '../origin.ts'
import { poll } from '../poll.ts'
import { DEFAULT_APPROVAL_RULE } from '../profile.ts'
import { DAY, NOW } from '../testing/certificate.ts'
import { setUpVouching } from '../testing/vouching.ts'
import { certificateOf, KEY_A, KEY_B, message, NO_CERTIFICATES, pollFor, withRules } from '../testing/world.ts'
import { Trace } from '../trace.ts'

const UNACKNOWLEDGED = { status: 'unavailable', detail: 'HTTP 500' } as const
const ACKNOWLEDGED = { status: 'acknowledged', toldSerial: '01', toldIssuer: 'CN=CA' } as const
const SID = { type: 'uri', value: 'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104' } as const

/** The same CSR as another attempt would send it. */
const resigned = async (request: Awaited<ReturnType<typeof message>>, tid?: string) => {
  const { signer } = await message({ signer: KEY_B })
  return { ...request, signer, ...(tid === undefined ? {} : { transactionId: tid as typeof request.transactionId }) }
}

describe.each([true, false])('a request that is vouched for, with a key in the process: %s', (inProcess) => {
  test('I-7.9-01 validate, issue, told, answered; and what was told of is what was recorded', async () => {
    const { ask, said, issued, ledger, ports } = setUpVouching({ inProcess })
    const request = await message()
    const answer = await ask(request)
    expect(said).toEqual(['validate', 'issued'])
    expect(issued[0]).toEqual({
      transactionId: request.transactionId,
      csr: request.csr.der,
      certificate: certificateOf(answer),
    })
    expect(ports.vouched.told).toEqual([{ toldSerial: '01', toldIssuer: 'CN=CA' }])
    expect(ledger.audit.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'certificate.issue done',
      'certificate.acknowledge done',
    ])
  })

  test('I-7.9-05 I-7.9-06 without an acknowledgement nothing leaves; the next try is told of again, and gets the same certificate', async () => {
    const { ask, said, answers, ca, ledger } = setUpVouching({ inProcess })
    const request = await message()
    answers.notice = UNACKNOWLEDGED
    await expect(ask(request)).rejects.toMatchObject({
      name: 'Unavailable',
      message: expect.stringContaining('HTTP 500'),
      retryAfterSeconds: 30,
    })
    answers.notice = new Error('the socket was reset')
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    answers.notice = { status: 'refused', detail: 'Unknown' }
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    answers.notice = ACKNOWLEDGED
    const answer = await ask(request)
    expect(said).toEqual(['validate', 'issued', 'issued', 'issued', 'issued'])
    expect(ca.calls.signed).toBe(1)
    expect([...ledger.rows.values()][0]?.known.certificate?.der).toEqual(certificateOf(answer))
    await ask(request)
    expect(said, 'acknowledged once, nobody is told again').toHaveLength(5)
  })

  test('a poll for a held certificate has it told of, and gets it then only', async () => {
    const { ask, answers, endpoint, ports, said } = setUpVouching({ inProcess })
    const request = await message()
    answers.notice = UNACKNOWLEDGED
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    const polled = () => poll(pollFor(request), endpoint, ports, NOW)
    await expect(polled()).rejects.toMatchObject({ name: 'Unavailable' })
    answers.notice = ACKNOWLEDGED
    expect((await polled()).status).toBe('issued')
    expect(said).toEqual(['validate', 'issued', 'issued', 'issued'])
  })

  test('one that was given up is never handed out: not to its signer, not to another, not to a poll', async () => {
    const { ask, answers, endpoint, ports, ledger } = setUpVouching({ inProcess })
    const request = await message()
    answers.notice = UNACKNOWLEDGED
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    const [row] = ledger.rows.values()
    const held = await ports.vouched.held(row?.known.uuid ?? '')
    if (held === undefined) throw new Error('it is not held')
    await ports.vouched.giveUp(held, [])
    answers.notice = ACKNOWLEDGED
    await expect(poll(pollFor(request), endpoint, ports, NOW)).rejects.toMatchObject({ reason: 'enrolment_refused' })
    await expect(ask(request)).rejects.toMatchObject({ reason: 'enrolment_refused' })
    await expect(ask(await resigned(request))).rejects.toMatchObject({ reason: 'enrolment_refused' })
  })

  test('I-7.9-07 of identical messages in parallel one is issued, and all get it', async () => {
    const { ask, ca, ledger } = setUpVouching({ inProcess })
    const request = await message()
    const answers = await Promise.all([ask(request), ask(request), ask(await resigned(request)), ask(request)])
    expect(new Set(answers.map((one) => certificateOf(one).toString('hex'))).size).toBe(1)
    expect(ledger.rows.size).toBe(1)
    expect(ca.calls.signed).toBeGreaterThanOrEqual(1)
    expect(ledger.audit.filter(({ action }) => action === 'certificate.issue')).toHaveLength(1)
    expect(ledger.audit.filter(({ action }) => action === 'certificate.acknowledge')).toHaveLength(1)
  })

  test('I-7.9-18 the same CSR under another signer is vouched for again, and gets the one certificate', async () => {
    const { ask, said, ca, ledger } = setUpVouching({ inProcess })
    const request = await message()
    const first = certificateOf(await ask(request))
    const second = await ask(await resigned(request))
    expect(certificateOf(second)).toEqual(first)
    expect(second).toMatchObject({ repeated: true })
    expect(certificateOf(await ask(await resigned(request, 'T-2')))).toEqual(first)
    expect(said).toEqual(['validate', 'issued', 'validate', 'validate'])
    expect([ca.calls.signed, ledger.rows.size]).toEqual([1, 1])
  })

  test('I-7.9-18 and where the certificate is held, whoever vouched is told again before the other signer gets it', async () => {
    const { ask, said, answers } = setUpVouching({ inProcess })
    const request = await message()
    answers.notice = UNACKNOWLEDGED
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    await expect(ask(await resigned(request))).rejects.toMatchObject({ name: 'Unavailable' })
    answers.notice = ACKNOWLEDGED
    await ask(await resigned(request))
    expect(said).toEqual(['validate', 'issued', 'validate', 'issued', 'validate', 'issued'])
  })

  test('I-7.9-19 a CSR that somebody else sends again without being vouched for gets nothing', async () => {
    const { ask, said, answers } = setUpVouching({ inProcess })
    const request = await message()
    await ask(request)
    answers.verdict = { verdict: 'refused', detail: 'ChallengeExpired' }
    await expect(ask(await resigned(request))).rejects.toMatchObject({ reason: 'challenge_refused' })
    await expect(ask({ ...(await resigned(request)), challengePassword: undefined })).rejects.toMatchObject({
      reason: 'challenge_refused',
    })
    answers.verdict = { verdict: 'undecided', detail: 'HTTP 500' }
    await expect(ask(await resigned(request))).rejects.toMatchObject({ name: 'Unavailable' })
    expect(said).toEqual(['validate', 'issued', 'validate', 'validate'])
  })

  test('and neither does it where its certificate is revoked, or its RA profile switched off or another one', async () => {
    const { ask, ledger, endpoint } = setUpVouching({ inProcess })
    const request = await message()
    await ask(request)
    const other = await resigned(request)
    const refused = { reason: 'enrolment_refused' }
    await expect(ask(other, NOW, { ...endpoint, enabledRaProfileIds: new Set() })).rejects.toMatchObject(refused)
    const raProfile = { ...endpoint.raProfile, id: 2 }
    await expect(ask(other, NOW, { ...endpoint, raProfile })).rejects.toMatchObject(refused)
    const [row] = ledger.rows.values()
    const certificate = row?.known.certificate
    if (row === undefined || certificate === undefined) throw new Error('nothing was issued')
    ledger.alter(row.known.uuid, { certificate: { ...certificate, revoked: true } })
    await expect(ask(other)).rejects.toMatchObject(refused)
  })

  test('I-8-24 the challenge of one key is refused to another, and that raises the alarm', async () => {
    const { ask, failed } = setUpVouching({ inProcess })
    await ask(await message())
    const other = await message({ key: KEY_B, tid: 'T-2' })
    const refused = await ask(other).catch((error: unknown) => error)
    expect(refused).toMatchObject({ reason: 'challenge_refused', cause: expect.any(ChallengeReused) })
    await vi.waitFor(() => expect(failed.map(({ reason }) => reason)).toEqual(['challenge_refused']))
    await ask(await message({ tid: 'T-3', subject: 'CN=printer1,O=Example' }))
  })

  test('the same transactionID and signer with another CSR is a conflict, and nobody is asked', async () => {
    const { ask, said } = setUpVouching({ inProcess })
    await ask(await message())
    await expect(ask(await message({ subject: 'CN=other' }))).rejects.toMatchObject({ reason: 'transaction_conflict' })
    expect(said).toEqual(['validate', 'issued'])
  })
})

describe('before anything is issued', () => {
  test('I-7.9-02 I-7.9-03 who is not vouched for gets nothing, and nobody hears of a failure', async () => {
    const { ask, said, answers, ca, endpoint, ledger } = setUpVouching()
    answers.verdict = { verdict: 'refused', detail: 'SubjectNameMismatch' }
    const request = await message()
    await expect(ask(request)).rejects.toMatchObject({ reason: 'challenge_refused', detail: 'SubjectNameMismatch' })
    answers.verdict = { verdict: 'undecided', detail: 'no answer', retryAfterSeconds: 17 }
    const polling = { ...endpoint, scepProfile: { ...endpoint.scepProfile, allowPolling: true } }
    await expect(ask(request, NOW, polling)).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 17 })
    await new Promise(setImmediate)
    expect(said).toEqual(['validate', 'validate'])
    expect([ca.calls.signed, ledger.rows.size]).toEqual([0, 0])
  })

  test('I-7.9-15 without anybody who vouches, or without a word for what, it is refused', async () => {
    const { ask, endpoint, ca } = setUpVouching()
    const request = await message()
    const refused = { reason: 'challenge_refused' }
    await expect(ask(request, NOW, { ...endpoint, challenge: undefined })).rejects.toMatchObject(refused)
    const { voucher } = endpoint.challenge
    const silent = { voucher, validate: async () => ({ verdict: 'accepted' as const }) }
    await expect(ask(request, NOW, { ...endpoint, challenge: silent })).rejects.toMatchObject(refused)
    const nobody = { validate: endpoint.challenge.validate }
    await expect(ask(request, NOW, { ...endpoint, challenge: nobody })).rejects.toMatchObject(refused)
    expect(ca.calls.prepared).toBe(0)
  })

  test('I-7.9-04 a refusal of ours comes after the validation, and is told with its reason', async () => {
    const { ask, said, failed, endpoint } = setUpVouching()
    const request = await message({ names: [{ type: 'dns', value: 'x..y' }] })
    await expect(ask(request)).rejects.toMatchObject({ reason: 'subject_alt_name_refused' })
    await vi.waitFor(() => expect(said).toEqual(['validate', 'failed']))
    expect(failed[0]).toEqual({
      transactionId: request.transactionId,
      csr: request.csr.der,
      reason: 'subject_alt_name_refused',
      description: 'a name of type dns is malformed',
    })
    const withPerson = {
      ...endpoint,
      raProfile: { ...endpoint.raProfile, approval: { ...DEFAULT_APPROVAL_RULE, required: true } },
    }
    await expect(ask(await message(), NOW, withPerson)).rejects.toMatchObject({
      reason: 'enrolment_refused',
      detail: expect.stringContaining('wants a person to agree'),
    })
    await vi.waitFor(() => expect(failed).toHaveLength(2))
  })

  test('I-7.9-04 a fault of ours is told, without what we know of it; the device hears what it always hears', async () => {
    const { ask, said, failed, ca, endpoint } = setUpVouching()
    ca.setBroken(true)
    const request = await message()
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable', message: 'the authority could not sign' })
    await vi.waitFor(() => expect(said).toEqual(['validate', 'failed']))
    expect(failed[0]).toMatchObject({
      reason: 'fault',
      description: 'The certification authority could not issue the certificate.',
    })
    const voucher = { ...endpoint.challenge.voucher, failed: () => Promise.reject(new Error('gone')) }
    const where = { ...endpoint, challenge: { ...endpoint.challenge, voucher } }
    await expect(ask(request, NOW, where)).rejects.toMatchObject({ message: 'the authority could not sign' })
    ca.setBroken(false)
    expect((await ask(request)).status).toBe('issued')
  })

  test('of what was recorded and not signed yet no failure is told: it is finished when the device asks again', async () => {
    const { ask, said, ca } = setUpVouching({ inProcess: false })
    ca.setBroken(true)
    const request = await message()
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    await new Promise(setImmediate)
    ca.setBroken(false)
    expect((await ask(request)).status).toBe('issued')
    expect(said).toEqual(['validate', 'issued'])
  })

  test('I-8-22 a request without a challenge never waits for a person', async () => {
    const { ask, endpoint, said, ledger } = setUpVouching()
    const waiting = withRules(endpoint, { waiting: { withoutChallenge: 'wait' } })
    const where = { ...endpoint, scepProfile: waiting.scepProfile }
    await expect(ask(await message({ challenge: '' }), NOW, where)).rejects.toMatchObject({
      reason: 'challenge_refused',
    })
    expect([said, ledger.rows.size]).toEqual([[], 0])
  })
})

describe('what vouches for a request', () => {
  test('is no certificate of ours: a RenewalReq is refused, a PKCSReq that one signs is validated as any other', async () => {
    const { endpoint, ports, said, ledger } = setUpVouching()
    const request = await message({ signer: KEY_B })
    const { certificate } = request.signer
    const entry = {
      ...{ uuid: 'old', der: certificate.der, issuerId: 1, state: 'issued' as const },
      ...{ endpoint: endpoint.address, raProfileId: 1 },
    }
    const inventory = { ...NO_CERTIFICATES, findByDigest: () => Promise.resolve(entry) }
    const signed = { ...request, signer: { certificate, selfSigned: false } }
    const ask = (one: typeof signed) => enrol(one, endpoint, { ...ports, inventory }, NOW)
    await expect(ask({ ...signed, messageType: 'RenewalReq' })).rejects.toMatchObject({ reason: 'renewal_refused' })
    expect((await ask(signed)).status).toBe('issued')
    expect(said).toEqual(['validate', 'issued'])
    expect([...ledger.rows.values()].map(({ identity }) => identity.kind)).toEqual(['initial'])
    expect(ledger.predecessors).toEqual([])
  })

  test('I-8-25 vouches for the security identifier among the names too; on other profiles that is dropped', async () => {
    const vouched = setUpVouching()
    const orders: string[][] = []
    const { authority } = vouched.endpoint
    if (authority.kind !== 'signing') throw new Error('another authority')
    const watched = {
      ...authority,
      prepare: (order: Parameters<typeof authority.prepare>[0]) => {
        orders.push([...order.subjectAltNames.map(generalNameToText), `vouched: ${order.vouched ?? false}`])
        return authority.prepare(order)
      },
    }
    const request = await message({ names: [SID] })
    await vouched.ask(request, NOW, { ...vouched.endpoint, authority: watched })
    const { scepProfile, challenge } = vouched.endpoint
    const ordinary = {
      ...vouched.endpoint,
      authority: watched,
      scepProfile: { ...scepProfile, challengeKind: 'static' as const },
      challenge: { ...challenge, validate: async () => ({ verdict: 'accepted' as const }) },
    }
    await vouched.ask(await message({ names: [SID], tid: 'T-2', key: KEY_A }), NOW, ordinary)
    expect(orders).toEqual([[`URI:${SID.value}`, 'vouched: true'], ['vouched: false']])
  })

  test('is in the record, word and notice', async () => {
    const { endpoint, ports } = setUpVouching()
    const seen = async (request: Awaited<ReturnType<typeof message>>) => {
      const trace = new Trace()
      await enrol(request, endpoint, ports, NOW, NO_ORIGIN, trace).catch((error: unknown) => {
        if (error instanceof ScepError) throw error
      })
      return trace.checks.filter(({ check }) => ['signer', 'challenge', 'notification'].includes(check))
    }
    expect(await seen(await message({ signer: KEY_B }))).toEqual([
      { check: 'signer', verdict: 'passed', detail: expect.stringContaining('a key of its own') },
      { check: 'challenge', verdict: 'passed', detail: 'Success' },
      { check: 'notification', verdict: 'passed', detail: 'acknowledged' },
    ])
  })

  test('is another one by now: what is held stays held', async () => {
    const { ask, answers, endpoint } = setUpVouching()
    const request = await message()
    answers.notice = UNACKNOWLEDGED
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    answers.notice = ACKNOWLEDGED
    const voucher = { ...endpoint.challenge.voucher, key: 'b'.repeat(64) }
    const where = { ...endpoint, challenge: { ...endpoint.challenge, voucher } }
    await expect(ask(request, NOW, where)).rejects.toMatchObject({ name: 'Unavailable' })
    const scepProfile = { ...endpoint.scepProfile, challengeKind: 'none' as const }
    await expect(
      ask(request, NOW, { ...endpoint, scepProfile, challenge: undefined }),
      'also where the profile asks for nothing any more',
    ).rejects.toMatchObject({ name: 'Unavailable' })
    expect((await ask(request)).status).toBe('issued')
    expect((await ask(request, new Date(NOW.getTime() + DAY))).status).toBe('issued')
  })
})

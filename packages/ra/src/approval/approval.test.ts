import { generateKeyPairSync } from 'node:crypto'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import { type EnrolmentMessage, selfSignedSigner } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../endpoint.ts'
import { enrol } from '../enrol.ts'
import { NO_ORIGIN } from '../origin.ts'
import { poll } from '../poll.ts'
import type { CertificateInventory, InventoryEntry } from '../ports.ts'
import type { ApprovalRule } from '../profile.ts'
import { certificateFor, DAY, NOW } from '../testing/certificate.ts'
import { KEY_A, KEY_B, message, NO_CERTIFICATES, pollFor, setUp, withRules } from '../testing/world.ts'
import { ConfigurationChanged } from '../unavailable.ts'
import { approve } from './approve.ts'
import { reject } from './reject.ts'

const ALICE = { by: 'alice', role: 'approver', comment: null }
const EXPIRED = new Date(NOW.getTime() + 15 * DAY)
const reason = (expected: string) => expect.objectContaining({ reason: expected })

/** An endpoint where a person must agree. */
function withPerson(options: Parameters<typeof setUp>[0] & { inventory?: CertificateInventory } = {}) {
  const world = setUp(options)
  const endpoint = withRules(world.endpoint, { approval: { required: true } })
  const ports = { ...world.ports, ...(options.inventory === undefined ? {} : { inventory: options.inventory }) }
  const ask = (request: EnrolmentMessage, at = NOW, where = endpoint, source?: string) =>
    enrol(request, where, ports, at, { ...NO_ORIGIN, source })
  const polled = (request: EnrolmentMessage, at = NOW, where = endpoint) => poll(pollFor(request), where, ports, at)
  const accept = (uuid: string, at = NOW, where: Endpoint | string = endpoint) =>
    approve(uuid, ALICE, () => where, ports, at)
  const refuse = (uuid: string, at = NOW) =>
    reject(uuid, { by: 'bob', role: 'approver', comment: 'unknown device' }, ports, at)
  return { ...world, endpoint, ports, ask, polled, accept, refuse }
}

describe('where a person must agree', () => {
  test('S-4.4-03 S-5.2-01 D-2.5.1-01 a request waits, once, and each poll and each repetition hears that it waits', async () => {
    const { ask, polled, ledger, ca } = withPerson({ uses: 1 })
    const request = await message()
    const first = await ask(request)
    expect(first).toEqual({ status: 'pending', transaction: expect.any(String) })
    expect(await ask(request)).toEqual(first)
    expect(await polled(request)).toEqual(first)
    expect(ledger.rows.size).toBe(1)
    expect(ledger.uses.get(7)).toBe(0)
    expect(ca.calls.signed).toBe(0)
  })

  test('S-4.4-08 a hundred polls cost the authority nothing', async () => {
    const { ask, polled, ca } = withPerson()
    const request = await message()
    await ask(request)
    const { prepared } = ca.calls
    for (let count = 0; count < 100; count++) await polled(request)
    expect(ca.calls).toEqual({ prepared, signed: 0 })
  })

  test('S-5.2-03 another request under the same transactionID and key is refused while the first waits', async () => {
    const { ask } = withPerson()
    await ask(await message())
    await expect(ask(await message({ subject: 'CN=printer2' }))).rejects.toEqual(reason('transaction_conflict'))
  })

  test('S-2.4-04 a request that breaks a rule, or has a wrong challenge, does not wait', async () => {
    const { ask, ledger } = withPerson()
    await expect(ask(await message({ subject: '' }))).rejects.toEqual(reason('subject_refused'))
    await expect(ask(await message({ challenge: 'wrong' }))).rejects.toEqual(reason('challenge_refused'))
    expect(ledger.rows.size).toBe(0)
  })

  test('S-4.4-03 S-5.2-08 after approval polls and repetitions get the certificate, one and the same', async () => {
    const { ask, polled, accept, ca, ledger } = withPerson({ uses: 1 })
    const request = await message()
    const { transaction } = await ask(request)
    expect(await accept(transaction)).toEqual({ status: 'issued' })
    const answers = [await polled(request), await polled(request), await polled(request), await ask(request)]
    const certificate = ledger.rows.get(transaction)?.known.certificate?.der
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'issued', transaction, repeated: true, certificate })
    }
    expect(ca.calls.signed).toBe(1)
  })

  test('S-4.4-03 S-5.2-06 after refusal polls are refused, and the request asked again is judged afresh', async () => {
    const { ask, polled, refuse, ledger } = withPerson({ uses: 2 })
    const request = await message()
    const { transaction } = await ask(request)
    expect(await refuse(transaction)).toEqual({ status: 'rejected' })
    await expect(polled(request)).rejects.toMatchObject({ reason: 'enrolment_refused', failInfo: 'badRequest' })
    expect(ledger.uses.get(7), 'a person’s refusal spends the challenge').toBe(1)
    const again = await ask(request)
    expect(again.status).toBe('pending')
    expect(again.transaction).not.toBe(transaction)
  })

  test('once it is too late it is over, the challenge is given back, and asked again it waits again', async () => {
    const { ask, polled, accept, refuse, ledger } = withPerson({ uses: 1 })
    const request = await message()
    const { transaction } = await ask(request)
    await expect(polled(request, EXPIRED)).rejects.toMatchObject({ reason: 'approval_expired', failInfo: 'badRequest' })
    expect(await accept(transaction, EXPIRED)).toMatchObject({ status: 'decided' })
    expect(await refuse(transaction, EXPIRED)).toMatchObject({ status: 'decided' })
    const again = await ask(request, EXPIRED)
    expect(again).toMatchObject({ status: 'pending' })
    expect(again.transaction).not.toBe(transaction)
    expect(ledger.uses.get(7)).toBe(0)
  })

  test('a request that waits is over with its RA profile, and gives its challenge back to the next try', async () => {
    const { ask, polled, endpoint, ledger } = withPerson({ uses: 1 })
    const request = await message()
    const { transaction } = await ask(request)
    const ids = new Set([2])
    const raProfile = { ...endpoint.raProfile, id: 2 }
    const renewed = { ...endpoint, raProfile, raProfileIds: ids, enabledRaProfileIds: ids }
    await expect(polled(request, NOW, renewed)).rejects.toMatchObject({ reason: 'enrolment_refused' })
    const again = await ask(request, NOW, renewed)
    expect(again).toMatchObject({ status: 'pending' })
    expect(again.transaction).not.toBe(transaction)
    expect(ledger.uses.get(7)).toBe(0)
    expect(await polled(request, NOW, renewed)).toEqual(again)
  })

  test('of two who decide one wins, and the other hears what was decided', async () => {
    const { ask, accept, refuse } = withPerson()
    const { transaction } = await ask(await message())
    const both = await Promise.all([accept(transaction), accept(transaction)])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['decided', 'issued'])
    expect(await refuse(transaction)).toMatchObject({
      status: 'decided',
      waiting: { state: 'issued', decision: { by: 'alice', decision: 'approved' } },
    })
    expect(await accept('nobody')).toEqual({ status: 'unknown' })
  })
})

describe('where several must agree', () => {
  /** Two of three who may. */
  function withTwo(approval: Partial<ApprovalRule> = { approvals: 2 }, options: Parameters<typeof withPerson>[0] = {}) {
    const world = withPerson(options)
    const rule = (change: Partial<ApprovalRule>) =>
      withRules(world.endpoint, { approval: { required: true, ...change } })
    const say = (uuid: string, by: string, role = 'approver', where = rule(approval)) =>
      approve(uuid, { by, role, comment: null }, () => where, world.ports, NOW)
    const asked = async () => (await world.ask(await message(), NOW, rule(approval))).transaction
    return { ...world, rule, say, asked }
  }

  test('S-4.4-03 one is not enough, the same one twice counts once, and with the second it is issued, once', async () => {
    const { asked, say, polled, ca } = withTwo()
    const uuid = await asked()
    expect(await say(uuid, 'alice')).toEqual({ status: 'agreed', missing: 1 })
    expect(await say(uuid, 'alice')).toEqual({ status: 'repeated', missing: 1 })
    expect((await polled(await message())).status).toBe('pending')
    expect(ca.calls.signed).toBe(0)
    expect(await say(uuid, 'bob')).toEqual({ status: 'issued' })
    expect((await polled(await message())).status).toBe('issued')
    expect(ca.calls.signed).toBe(1)
    expect(await say(uuid, 'carol')).toMatchObject({ status: 'decided', waiting: { state: 'issued' } })
  })

  test('S-4.4-03 one who refuses is enough to refuse, whoever agreed before', async () => {
    const { asked, say, refuse, polled } = withTwo({ approvals: 3 })
    const uuid = await asked()
    await say(uuid, 'alice')
    await say(uuid, 'bob')
    expect(await refuse(uuid)).toEqual({ status: 'rejected' })
    await expect(polled(await message())).rejects.toEqual(reason('enrolment_refused'))
    expect(await say(uuid, 'carol')).toMatchObject({ status: 'decided', waiting: { state: 'denied' } })
  })

  test('of those who agree at the same moment each is counted, and one of them is the last', async () => {
    const { asked, say, ledger } = withTwo({ approvals: 3 })
    const uuid = await asked()
    const outcomes = await Promise.all(['a', 'b', 'c', 'a', 'd'].map((by) => say(uuid, by)))
    const tally = outcomes.map(({ status }) => status).toSorted()
    expect(tally.filter((status) => status === 'issued')).toHaveLength(1)
    expect(tally.filter((status) => status === 'agreed')).toHaveLength(2)
    expect(new Set(ledger.rows.get(uuid)?.decisions.map(({ by }) => by)).size).toBe(3)
  })

  test('only the role that is asked for counts, and an administrator as every one', async () => {
    const { asked, say } = withTwo({ approvals: 2, role: 'approver' })
    const uuid = await asked()
    expect(await say(uuid, 'oscar', 'auditor')).toEqual({ status: 'not_counted', role: 'approver' })
    expect(await say(uuid, 'root', 'administrator')).toEqual({ status: 'agreed', missing: 1 })
    expect(await say(uuid, 'alice')).toEqual({ status: 'issued' })
    const strict = withTwo({ approvals: 1, role: 'administrator' })
    const other = await strict.asked()
    expect(await strict.say(other, 'alice')).toEqual({ status: 'not_counted', role: 'administrator' })
    expect(await strict.say(other, 'root', 'administrator')).toEqual({ status: 'issued' })
  })

  test('the rule is that of now: those whose role counts no more are asked for anew, and fewer may be enough', async () => {
    const { asked, say, rule } = withTwo()
    const uuid = await asked()
    await say(uuid, 'alice')
    const administrators = rule({ approvals: 2, role: 'administrator' })
    expect(await say(uuid, 'root', 'administrator', administrators)).toEqual({ status: 'agreed', missing: 1 })
    expect(await say(uuid, 'root', 'administrator', administrators)).toEqual({ status: 'repeated', missing: 1 })
    expect(await say(uuid, 'alice', 'approver', rule({ approvals: 1 }))).toEqual({ status: 'issued' })
  })

  test('S-4.4-07 after it could not be signed each of them may try again, and nobody has to agree anew', async () => {
    const { asked, say, ca } = withTwo({ approvals: 2 }, { uses: 1 })
    const uuid = await asked()
    await say(uuid, 'alice')
    ca.setBroken(true)
    expect(await say(uuid, 'bob')).toMatchObject({ status: 'failed' })
    ca.setBroken(false)
    expect(await say(uuid, 'alice')).toEqual({ status: 'issued' })
  })

  test('an authority elsewhere is asked with the last one, and on the newest configuration only', async () => {
    const { asked, say, ledger } = withTwo({ approvals: 2 }, { inProcess: false })
    const uuid = await asked()
    ledger.version = 2
    await expect(say(uuid, 'alice')).rejects.toBeInstanceOf(ConfigurationChanged)
    ledger.version = 1
    expect(await say(uuid, 'alice')).toEqual({ status: 'agreed', missing: 1 })
    expect(ledger.rows.get(uuid)?.known.state).toBe('awaiting_approval')
    expect(await say(uuid, 'bob')).toEqual({ status: 'issued' })
  })
})

describe('an approval judges the recorded request anew', () => {
  test('by the rules of now, but not by its challenge', async () => {
    const { ask, accept, polled, endpoint, asked, ledger } = withPerson({ uses: 1 })
    const request = await message()
    const { transaction } = await ask(request)
    const stricter = {
      ...endpoint,
      raProfile: { ...endpoint.raProfile, keys: { ...endpoint.raProfile.keys, rsaMinimumBits: 3072 } },
    }
    expect(await accept(transaction, NOW, stricter)).toMatchObject({
      status: 'denied',
      error: { reason: 'key_refused' },
    })
    await expect(polled(request)).rejects.toMatchObject({
      reason: 'enrolment_refused',
      failInfo: 'badRequest',
      detail: expect.stringContaining('key_refused'),
    })
    expect(asked).toEqual(['right'])
    expect(ledger.uses.get(7), 'no person refused it').toBe(1)
  })

  test('of two that wait for one subject, where it may have but one certificate, the second is denied', async () => {
    let valid = false
    const inventory = { ...NO_CERTIFICATES, hasValid: () => Promise.resolve(valid) }
    const { ask, accept, endpoint } = withPerson({ inventory })
    const { scepProfile } = endpoint
    const one = {
      ...endpoint,
      scepProfile: { ...scepProfile, enrolment: { ...scepProfile.enrolment, secondCertificate: 'refuse' as const } },
    }
    const { transaction } = await ask(await message(), NOW, one)
    valid = true
    expect(await accept(transaction, NOW, one)).toMatchObject({
      status: 'denied',
      error: { reason: 'already_certified' },
    })
  })

  test('and leaves it waiting where its profile is switched off', async () => {
    const { ask, accept, polled } = withPerson()
    const request = await message()
    const { transaction } = await ask(request)
    expect(await accept(transaction, NOW, 'The profile is disabled.')).toMatchObject({ status: 'not_served' })
    expect((await polled(request)).status).toBe('pending')
  })

  test('on the newest configuration only', async () => {
    const { ask, accept, ledger } = withPerson()
    const { transaction } = await ask(await message())
    ledger.version = 2
    await expect(accept(transaction)).rejects.toBeInstanceOf(ConfigurationChanged)
  })
})

describe('S-4.4-07 what really became of it', () => {
  test('when signing fails after approval polls are refused until a second approval, never told to wait for ever', async () => {
    const { ask, accept, polled, ca, ledger } = withPerson({ uses: 1 })
    const request = await message()
    const { transaction } = await ask(request)
    ca.setBroken(true)
    expect(await accept(transaction)).toMatchObject({ status: 'failed', cause: { message: 'HSM unplugged' } })
    await expect(polled(request)).rejects.toMatchObject({ reason: 'issue_failed', failInfo: 'badRequest' })
    expect(ledger.uses.get(7)).toBe(1)
    ca.setBroken(false)
    expect(await accept(transaction)).toEqual({ status: 'issued' })
    expect((await polled(request)).status).toBe('issued')
    expect(ledger.uses.get(7)).toBe(0)
  })

  test('a failed one can be refused, and asked again it is judged afresh', async () => {
    const { ask, accept, refuse, polled, ca } = withPerson()
    const request = await message()
    const { transaction } = await ask(request)
    ca.setBroken(true)
    await accept(transaction)
    expect((await ask(request)).transaction).not.toBe(transaction)
    const other = await message({ tid: 'T-2' })
    const failed = (await ask(other)).transaction
    await accept(failed)
    expect(await refuse(failed)).toEqual({ status: 'rejected' })
    await expect(polled(other)).rejects.toEqual(reason('enrolment_refused'))
  })

  test('one that is refused after that takes its challenge again, so that it opens nothing else', async () => {
    const { ask, accept, refuse, ca, ledger } = withPerson({ uses: 1 })
    const { transaction } = await ask(await message())
    ca.setBroken(true)
    await accept(transaction)
    expect(ledger.uses.get(7)).toBe(1)
    expect(await refuse(transaction)).toEqual({ status: 'rejected' })
    expect(ledger.uses.get(7)).toBe(0)
  })

  test('a second try is not made where the challenge was used by another request meanwhile', async () => {
    const { ask, accept, ca, ledger } = withPerson({ uses: 1 })
    const { transaction } = await ask(await message())
    ca.setBroken(true)
    await accept(transaction)
    ca.setBroken(false)
    ledger.uses.set(7, 0)
    expect(await accept(transaction)).toEqual({ status: 'challenge_gone' })
  })

  test('an authority elsewhere that does not sign leaves an order, and the next poll has it signed', async () => {
    const { ask, accept, polled, ca } = withPerson({ inProcess: false })
    const request = await message()
    const { transaction } = await ask(request)
    ca.setBroken(true)
    expect(await accept(transaction)).toEqual({ status: 'ordered' })
    ca.setBroken(false)
    expect(await polled(request)).toMatchObject({ status: 'issued', repeated: false })
    expect(await polled(request)).toMatchObject({ status: 'issued', repeated: true })
    expect(ca.calls.signed).toBe(1)
  })
})

describe('S-2.4-04 D-3.2.1-01 without any challenge', () => {
  const stranger = () => message({ challenge: '' })

  test('a request is refused, unless the profile lets it wait for a person; it is never issued by itself', async () => {
    const { ask, endpoint, ledger, accept } = withPerson()
    const noApproval = withRules(endpoint, { approval: { required: false }, waiting: { withoutChallenge: 'wait' } })
    await expect(ask(await stranger())).rejects.toEqual(reason('challenge_refused'))
    const { status, transaction } = await ask(await stranger(), NOW, noApproval)
    expect(status).toBe('pending')
    expect(ledger.rows.get(transaction)?.waiting).toMatchObject({ authenticated: false })
    expect(await accept(transaction, NOW, noApproval)).toEqual({ status: 'issued' })
  })

  test('a wrong one is refused all the same', async () => {
    const { ask, endpoint } = withPerson()
    const open = withRules(endpoint, { waiting: { withoutChallenge: 'wait' } })
    await expect(ask(await message({ challenge: 'wrong' }), NOW, open)).rejects.toEqual(reason('challenge_refused'))
  })

  test('so many wait and no more, for each source and in all; those with a challenge are not counted', async () => {
    const { ask, endpoint, ledger, refuse } = withPerson()
    const open = withRules(endpoint, {
      waiting: { withoutChallenge: 'wait', mostWaiting: 3, mostWaitingPerSource: 2 },
    })
    const from = async (source: string, tid: string, challenge = '') =>
      ask(await message({ challenge, tid }), NOW, open, source)
    await from('192.0.2.1', 'a')
    await from('192.0.2.1', 'b')
    await expect(from('192.0.2.1', 'c')).rejects.toMatchObject({ reason: 'too_many_waiting', failInfo: 'badRequest' })
    await from('192.0.2.2', 'd')
    await expect(from('192.0.2.3', 'e')).rejects.toEqual(reason('too_many_waiting'))
    expect((await from('192.0.2.1', 'a')).status, 'who waits already is told so').toBe('pending')
    expect((await from('192.0.2.1', 'f', 'right')).status).toBe('pending')
    expect(ledger.rows.size).toBe(4)
    const { transaction } = await from('192.0.2.1', 'a')
    await refuse(transaction)
    await from('192.0.2.3', 'g')
    await expect(from('192.0.2.9', 'a'), 'nor does one that was refused come back').rejects.toEqual(
      reason('too_many_waiting'),
    )
  })

  test('where nobody is asked for one and a person must agree, it waits as one that nothing vouches for', async () => {
    const { ask, endpoint, ledger } = withPerson()
    const { transaction } = await ask(await stranger(), NOW, { ...endpoint, challenge: undefined })
    expect(ledger.rows.get(transaction)?.waiting).toMatchObject({ authenticated: false, caps: expect.anything() })
  })
})

describe('S-7-18 a renewal', () => {
  const LATE = new Date(NOW.getTime() + 200 * DAY)

  async function holder() {
    const certificate = await certificateFor(KEY_A, 'CN=printer1', [])
    let entry: InventoryEntry = {
      uuid: 'old',
      der: certificate.der,
      issuerId: 1,
      state: 'issued',
      endpoint: 'scepProfile/default',
      raProfileId: 1,
    }
    const inventory: CertificateInventory = {
      ...NO_CERTIFICATES,
      findByDigest: (digest) => Promise.resolve(digest.equals(certificate.digest()) ? entry : undefined),
    }
    const world = withPerson({ inventory })
    const request: EnrolmentMessage = {
      ...(await message({ key: KEY_B, challenge: '' })),
      messageType: 'RenewalReq',
      signer: { certificate, selfSigned: false },
    }
    const revoke = () => {
      entry = { ...entry, state: 'revoked' }
    }
    return { ...world, request, revoke }
  }

  test('waits too, unless the rule leaves renewals to their certificates; its successor knows whom it follows', async () => {
    const { ask, request, accept, polled, endpoint, ledger } = await holder()
    const { status, transaction } = await ask(request, LATE)
    expect(status).toBe('pending')
    expect(ledger.rows.get(transaction)?.waiting).toMatchObject({ authenticated: true, predecessor: 'old' })
    expect(await accept(transaction, LATE)).toEqual({ status: 'issued' })
    expect(ledger.predecessors).toEqual(['old'])
    expect((await polled(request, LATE)).status).toBe('issued')
    const free = withRules(endpoint, { approval: { renewals: false } })
    expect(
      (await ask({ ...request, transactionId: 'T-9' as EnrolmentMessage['transactionId'] }, LATE, free)).status,
    ).toBe('issued')
  })

  test('of a certificate that was revoked while it waited is denied, and its poll is badRequest', async () => {
    const { ask, request, accept, polled, revoke, ca } = await holder()
    const { transaction } = await ask(request, LATE)
    revoke()
    expect(await accept(transaction, LATE)).toMatchObject({ status: 'denied', error: { reason: 'signer_refused' } })
    await expect(polled(request, LATE)).rejects.toMatchObject({ failInfo: 'badRequest' })
    expect(ca.calls.signed).toBe(0)
  })

  test('is denied where renewals were switched off meanwhile', async () => {
    const { ask, request, accept, endpoint } = await holder()
    const { transaction } = await ask(request, LATE)
    const { scepProfile } = endpoint
    const off = { ...endpoint, scepProfile: { ...scepProfile, renewal: { ...scepProfile.renewal, enabled: false } } }
    expect(await accept(transaction, LATE, off)).toMatchObject({
      status: 'denied',
      error: { reason: 'renewal_refused' },
    })
  })

  test('that must show a challenge does not wait without one, whatever first enrolments may', async () => {
    const { ask, request, endpoint } = await holder()
    const { scepProfile } = endpoint
    const strict = withRules(
      { ...endpoint, scepProfile: { ...scepProfile, renewal: { ...scepProfile.renewal, challenge: 'required' } } },
      { waiting: { withoutChallenge: 'wait' } },
    )
    await expect(ask(request, LATE, strict)).rejects.toEqual(reason('challenge_refused'))
  })

  test('asked for in time is approved, though its certificate has ended while a person thought', async () => {
    const { ask, request, accept, ledger } = await holder()
    const last = new Date(NOW.getTime() + 364 * DAY)
    const { transaction } = await ask(request, last)
    expect(await accept(transaction, new Date(last.getTime() + 3 * DAY))).toEqual({ status: 'issued' })
    expect(ledger.predecessors).toEqual(['old'])
  })
})

test('S-3.1-P13 the challenge of a signer that cannot decrypt is kept for the reply, of others it is not', async () => {
  const { ask, accept, polled, ledger } = withPerson()
  const key = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const rsa = await message()
  const ec = {
    ...(await message({ tid: 'T-2' })),
    signer: { certificate: await selfSignedSigner(nameFromText('CN=printer1'), key, NOW), selfSigned: true },
  }
  const waiting = async (request: EnrolmentMessage) => (await ask(request)).transaction
  expect(ledger.rows.get(await waiting(rsa))?.waiting?.challenge).toBeUndefined()
  const transaction = await waiting(ec)
  await accept(transaction)
  const answer = await polled(ec)
  expect(answer).toMatchObject({ status: 'issued' })
  expect('password' in answer && answer.password?.reveal()).toBe('right')
})

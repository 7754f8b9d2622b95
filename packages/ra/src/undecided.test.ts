import { createHash, generateKeyPairSync } from 'node:crypto'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import { type EnrolmentMessage, selfSignedSigner } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { enrol } from './enrol.ts'
import { NO_ORIGIN } from './origin.ts'
import { poll } from './poll.ts'
import type { ChallengeQuestion, ChallengeVerdict } from './ports.ts'
import { DAY, NOW } from './testing/certificate.ts'
import { message, pollFor, setUp, withRules } from './testing/world.ts'
import { ConfigurationChanged, Unavailable } from './unavailable.ts'

/** Somebody elsewhere judges the challenge, and may say nothing. */

const ALLOW = createHash('sha256').update('allowed').digest()
const LATE = new Date(NOW.getTime() + 8 * DAY)
const UNDECIDED: ChallengeVerdict = { verdict: 'undecided', detail: 'the webhook is down', retryAfterSeconds: 60 }
const reason = (expected: string) => expect.objectContaining({ reason: expected })

function withWebhook({ allowPolling = true, inProcess = true } = {}) {
  const world = setUp({ inProcess })
  const questions: ChallengeQuestion[] = []
  const webhook = { says: UNDECIDED as ChallengeVerdict }
  const { scepProfile } = world.endpoint
  const endpoint = {
    ...world.endpoint,
    scepProfile: { ...scepProfile, challengeKind: 'webhook' as const, allowPolling },
    challenge: {
      validate(question: ChallengeQuestion) {
        questions.push(question)
        return webhook.says
      },
    },
  }
  const allow = () => {
    world.ledger.allows.add(ALLOW.toString('hex'))
    webhook.says = { verdict: 'accepted', use: { allow: ALLOW } }
  }
  const deny = () => {
    webhook.says = { verdict: 'refused', detail: 'the webhook refused it' }
  }
  const ask = (request: EnrolmentMessage, at = NOW, where = endpoint, source?: string) =>
    enrol(request, where, world.ports, at, { ...NO_ORIGIN, source, peer: '192.0.2.7' })
  const polled = (request: EnrolmentMessage, at = NOW, where = endpoint) =>
    poll(pollFor(request), where, world.ports, at, { ...NO_ORIGIN, peer: '192.0.2.8' })
  return { ...world, endpoint, questions, webhook, allow, deny, ask, polled }
}

describe('a request about which nobody has said anything', () => {
  test('is our own fault for now, and leaves nothing, where the profile lets nobody poll', async () => {
    const { ask, ledger } = withWebhook({ allowPolling: false })
    const asking = ask(await message())
    await expect(asking).rejects.toBeInstanceOf(Unavailable)
    await expect(asking).rejects.toMatchObject({ retryAfterSeconds: 60, message: 'the webhook is down' })
    expect(ledger.rows.size).toBe(0)
  })

  test('S-5.2-01 S-4.4-03 is pending where it does, once, and each poll and repetition asks again', async () => {
    const { ask, polled, ledger, ca, questions } = withWebhook()
    const request = await message()
    const first = await ask(request)
    expect(first).toEqual({ status: 'pending', transaction: expect.any(String), detail: 'the webhook is down' })
    expect(await polled(request)).toEqual(first)
    expect(await ask(request)).toEqual(first)
    expect(questions.map(({ challenge, peer }) => [challenge.reveal(), peer])).toEqual([
      ['right', '192.0.2.7'],
      ['right', '192.0.2.8'],
      ['right', '192.0.2.7'],
    ])
    expect(new Set(questions.map(({ idempotencyKey }) => idempotencyKey.toString('hex'))).size).toBe(1)
    expect(ledger.rows.get(first.transaction)?.known.state).toBe('received')
    expect(ledger.rows.size).toBe(1)
    expect(ca.calls.signed).toBe(0)
  })

  test.each([true, false])(
    'becomes a certificate with the first yes, by poll; key in the process: %s',
    async (inProcess) => {
      const { ask, polled, allow, ledger, ca } = withWebhook({ inProcess })
      const request = await message()
      const { transaction } = await ask(request)
      allow()
      const issued = await polled(request)
      expect(issued).toMatchObject({ status: 'issued', transaction })
      expect(await polled(request)).toMatchObject({ status: 'issued', repeated: true })
      expect(await ask(request)).toMatchObject({ status: 'issued', repeated: true, transaction })
      expect(ca.calls.signed).toBe(1)
      expect(ledger.allows.size, 'the yes is used up').toBe(0)
    },
  )

  test('or by repetition, and then waits for a person where one must agree', async () => {
    const { ask, polled, allow, endpoint, ledger } = withWebhook()
    const withPerson = withRules(endpoint, { approval: { required: true } }) as typeof endpoint
    const request = await message()
    const { transaction } = await ask(request, NOW, withPerson)
    allow()
    expect(await ask(request, NOW, withPerson)).toEqual({ status: 'pending', transaction })
    expect(ledger.rows.get(transaction)).toMatchObject({
      known: { state: 'awaiting_approval' },
      waiting: { authenticated: true, subject: 'CN=printer1' },
    })
    expect(await polled(request)).toEqual({ status: 'pending', transaction })
  })

  test('is over with the first no, also for later polls; asked again it is judged afresh', async () => {
    const { ask, polled, deny, allow, ledger } = withWebhook()
    const request = await message()
    const { transaction } = await ask(request)
    deny()
    await expect(polled(request)).rejects.toMatchObject({
      reason: 'challenge_refused',
      failInfo: 'badRequest',
      detail: 'the webhook refused it',
    })
    expect(ledger.rows.get(transaction)).toMatchObject({ known: { state: 'refused' }, csr: undefined })
    allow()
    await expect(polled(request)).rejects.toEqual(reason('challenge_refused'))
    expect((await ask(request)).transaction).not.toBe(transaction)
  })

  test('is judged by all rules again, and a poll is told of no more than badRequest', async () => {
    const { ask, polled, allow, endpoint } = withWebhook()
    const request = await message()
    await ask(request)
    allow()
    const { raProfile } = endpoint
    const stricter = { ...endpoint, raProfile: { ...raProfile, keys: { ...raProfile.keys, rsaMinimumBits: 3072 } } }
    await expect(polled(request, NOW, stricter)).rejects.toMatchObject({
      reason: 'enrolment_refused',
      failInfo: 'badRequest',
    })
  })

  test('S-2.4-04 never was one that breaks a rule: nobody is asked about it, and nothing is recorded', async () => {
    const { ask, questions, ledger } = withWebhook()
    await expect(ask(await message({ subject: '' }))).rejects.toEqual(reason('subject_refused'))
    await expect(ask(await message({ challenge: '' }))).rejects.toEqual(reason('challenge_refused'))
    expect(questions).toEqual([])
    expect(ledger.rows.size).toBe(0)
  })

  test('S-5.2-03 is in the way of another one of the same transactionID and key, until it is too late', async () => {
    const { ask, polled } = withWebhook()
    const request = await message()
    const { transaction } = await ask(request)
    const other = await message({ subject: 'CN=printer2' })
    await expect(ask(other)).rejects.toEqual(reason('transaction_conflict'))
    await expect(polled(request, LATE)).rejects.toMatchObject({ reason: 'approval_expired', failInfo: 'badRequest' })
    expect((await ask(other, LATE)).transaction).not.toBe(transaction)
  })

  test('there are so many of, in all and of one source; one more is told to ask later and leaves nothing', async () => {
    const { ask, endpoint, ledger } = withWebhook()
    const capped = withRules(endpoint, { waiting: { mostWaiting: 3, mostWaitingPerSource: 2 } }) as typeof endpoint
    const from = async (source: string, tid: string) => ask(await message({ tid }), NOW, capped, source)
    await from('192.0.2.1', 'a')
    await from('192.0.2.1', 'b')
    await expect(from('192.0.2.1', 'c')).rejects.toBeInstanceOf(Unavailable)
    await from('192.0.2.2', 'd')
    await expect(from('192.0.2.3', 'e')).rejects.toBeInstanceOf(Unavailable)
    expect((await from('192.0.2.1', 'a')).status, 'who is recorded already').toBe('pending')
    expect(ledger.rows.size).toBe(3)
  })

  test('S-3.1-P13 keeps the challenge of a signer that cannot decrypt, for the reply', async () => {
    const { ask, polled, allow } = withWebhook()
    const key = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    const certificate = await selfSignedSigner(nameFromText('CN=printer1'), key, NOW)
    const request = { ...(await message()), signer: { certificate, selfSigned: true } }
    await ask(request)
    allow()
    for (const answer of [await polled(request), await polled(request)]) {
      expect('password' in answer && answer.password?.reveal()).toBe('right')
    }
  })
})

describe('design, rule 19: a yes', () => {
  test('is used by one of two messages of the same request, and both get its certificate', async () => {
    const { ask, allow, ca } = withWebhook()
    allow()
    const request = await message()
    const [one, other] = await Promise.all([ask(request), ask(request)])
    expect(one).toMatchObject({ status: 'issued' })
    expect(other).toMatchObject({ status: 'issued', transaction: one.transaction })
    expect([one, other].map((answer) => 'repeated' in answer && answer.repeated).toSorted()).toEqual([false, true])
    expect(ca.calls.signed).toBeLessThanOrEqual(2)
  })

  test('that is used up or too old begins nothing: it is asked for again, and then the device is told to come back', async () => {
    const { ask, webhook, questions, ledger } = withWebhook()
    webhook.says = { verdict: 'accepted', use: { allow: ALLOW } }
    await expect(ask(await message())).rejects.toBeInstanceOf(Unavailable)
    expect(questions.length).toBeGreaterThan(1)
    expect(ledger.rows.size).toBe(0)
  })

  test('is kept while the configuration changes under it', async () => {
    const { ask, allow, ledger, endpoint } = withWebhook()
    allow()
    ledger.version = 2
    const request = await message()
    await expect(ask(request)).rejects.toBeInstanceOf(ConfigurationChanged)
    expect(ledger.allows.size).toBe(1)
    expect((await ask(request, NOW, { ...endpoint, configurationVersion: 2 })).status).toBe('issued')
  })
})

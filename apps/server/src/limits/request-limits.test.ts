import { generateKeyPairSync } from 'node:crypto'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import { type Reason, type ScepRequest, selfSignedSigner, type TransactionId } from '@chancery/scep'
import { expect, test } from 'vitest'
import { LIMITS, RequestLimits } from './request-limits.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const asker = { endpoint: 'scepProfile/default', source: '192.0.2.7' }

function refuse(limits: RequestLimits, times: number, reason: Reason, who = asker): RequestLimits {
  for (let i = 0; i < times; i++) limits.refused(who, reason, NOW)
  return limits
}

test('S-7-03 200 refused envelopes or challenges make a source wait, at this endpoint and nowhere else', () => {
  for (const reason of ['bad_envelope', 'challenge_refused'] as const) {
    const limits = refuse(new RequestLimits(1), 200, reason)
    expect(limits.waitAfterRefusals(asker, NOW)).toBeGreaterThan(0)
    expect(limits.waitAfterRefusals(asker, later(120))).toBe(0)
    expect(limits.waitAfterRefusals({ ...asker, source: '192.0.2.8' }, NOW)).toBe(0)
    expect(limits.waitAfterRefusals({ ...asker, endpoint: 'scepProfile/other' }, NOW)).toBe(0)
  }
})

test('a refused envelope under a challenge costs as many as were to be tried on it, found or not', () => {
  const limits = new RequestLimits(1)
  for (let i = 0; i < 19; i++) limits.refused(asker, 'bad_envelope', NOW, true)
  expect(limits.waitAfterRefusals(asker, NOW)).toBe(0)
  limits.refused(asker, 'bad_envelope', NOW, true)
  expect(limits.waitAfterRefusals(asker, NOW)).toBeGreaterThan(0)
})

test.each(['malformed', 'subject_refused', 'renewal_refused'] as const)(
  'what is not guessing is free: %s',
  (reason) => {
    const limits = new RequestLimits(1)
    for (let i = 0; i < 1000; i++) limits.refused(asker, reason, NOW)
    expect(limits.waitAfterRefusals(asker, NOW)).toBe(0)
  },
)

test('whoever is not limited never waits', () => {
  const nobody = { ...asker, source: undefined } as const
  const limits = new RequestLimits(1)
  for (let i = 0; i < 1000; i++) limits.refused(nobody, 'bad_envelope', NOW)
  expect(limits.waitAfterRefusals(nobody, NOW)).toBe(0)
})

test('the processes of a server share what is allowed, and each has some of it', () => {
  const allowed = (processes: number) => {
    const limits = new RequestLimits(processes)
    let count = 0
    for (; limits.waitAfterRefusals(asker, NOW) === 0; count++) refuse(limits, 1, 'bad_envelope')
    return count
  }
  expect([1, 2, 4, 64].map(allowed)).toEqual([160, 80, 40, 20])
})

test('S-4.4-08 of 100 polls a second a handful is answered, and another signer or transaction is not affected', async () => {
  const [device, other] = [await signer(), await signer()]
  const limits = new RequestLimits(1)
  const poll = (request: Poll, at: Date) => {
    if (limits.waitAfterPolls('scepProfile/default', request, at) > 0) return false
    limits.polled('scepProfile/default', request, at)
    return true
  }
  const mine = { transactionId: 'T1' as TransactionId, signer: device }
  const answered = Array.from({ length: 100 }, (_, index) => poll(mine, later(index / 100))).filter(Boolean)
  expect(answered.length).toBeLessThanOrEqual(LIMITS.polls.burst + LIMITS.polls.perSecond)
  expect(poll({ ...mine, signer: other }, later(1))).toBe(true)
  expect(poll({ ...mine, transactionId: 'T2' as TransactionId }, later(1))).toBe(true)
  const everySecond = Array.from({ length: 30 }, (_, index) => poll(mine, later(10 + index)))
  expect(everySecond.every(Boolean)).toBe(true)
})

type Poll = Pick<ScepRequest, 'transactionId' | 'signer'>

async function signer(): Promise<Poll['signer']> {
  const key = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  return { certificate: await selfSignedSigner(nameFromText('CN=device'), key, NOW), selfSigned: true }
}

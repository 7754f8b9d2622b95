import { expect, test } from 'vitest'
import { ScepError } from '../scep-error.ts'
import { certificateOf } from '../testing/exchange.ts'
import { ISSUED } from '../testing/reply.ts'
import { askUntilDecided, type Waiting } from './ask-until-decided.ts'
import { NEXT_STATE } from './enrolment-state.ts'
import type { Reply } from './open-reply.ts'
import { OutstandingRequests } from './outstanding.ts'
import { type PollPace, pauseBefore, USUAL_PACE } from './poll-pace.ts'

const PENDING: Reply = { status: 'PENDING' }
const FAILURE: Reply = { status: 'FAILURE', failInfo: 'badRequest', rawFailInfo: '2', failInfoText: undefined }
const SUCCESS: Reply = { status: 'SUCCESS', certificate: certificateOf(ISSUED), chain: [] }
const NO_RESPONSE = new ScepError('transport_failed')

/** A server that answers by a script, PENDING for ever at its end, and a clock that only sleep moves. */
function scripted(script: readonly (Reply | ScepError)[], pace: Partial<PollPace> = {}) {
  const asked: string[] = []
  const states: string[] = []
  const pauses: number[] = []
  let time = 0
  const ask = (how: string) => async () => {
    const answer = script[asked.push(how) - 1] ?? PENDING
    if (answer instanceof ScepError) throw answer
    return answer
  }
  const waiting: Waiting = {
    now: () => new Date(time),
    random: () => 0.5,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds)
      time += milliseconds
    },
    pace: { interval: 1_000, backOff: 1, jitter: 0, ...pace },
    onState: (state, event) => states.push(`${event}: ${state}`),
  }
  return { asked, states, pauses, result: () => askUntilDecided(ask('send'), ask('poll'), waiting) }
}

const SENT = 'request sent: CERT-REQ-PENDING'
const STAYED = 'PENDING: CERT-REQ-PENDING'

test.each<[string, Reply[], string[], string]>([
  ['SUCCESS at once', [SUCCESS], ['send'], 'SUCCESS: CERT-ISSUED'],
  ['FAILURE at once', [FAILURE], ['send'], 'FAILURE: CERT-NONEXISTENT'],
  ['SUCCESS at the second poll', [PENDING, PENDING, SUCCESS], ['send', 'poll', 'poll'], 'SUCCESS: CERT-ISSUED'],
  ['FAILURE at the first poll', [PENDING, FAILURE], ['send', 'poll'], 'FAILURE: CERT-NONEXISTENT'],
])('S-2.5.1-01 %s', async (_, script, asked, last) => {
  const run = scripted(script)
  expect(await run.result()).toMatchObject({ status: script.at(-1)?.status, polls: asked.length - 1 })
  expect(run.asked).toEqual(asked)
  expect(run.states).toEqual([SENT, ...script.slice(1).map(() => STAYED), last])
})

test.each([
  ['a request', []],
  ['a poll', [PENDING]],
])('S-2.5.1-01 no response to %s ends it', async (_, before) => {
  const run = scripted([...before, NO_RESPONSE])
  await expect(run.result()).rejects.toBe(NO_RESPONSE)
  expect(run.states).toEqual([SENT, ...before.map(() => STAYED), 'no response: CERT-NONEXISTENT'])
})

test('S-2.5.1-01 an issued certificate has no way back, and nothing begins but by sending', () => {
  expect(NEXT_STATE['CERT-ISSUED']).toEqual({})
  expect(Object.keys(NEXT_STATE['CERT-NONEXISTENT'])).toEqual(['request sent'])
})

test('S-2.5.1-01 S-2.5.1-02 after the most polls it stops, and says that nothing is decided', async () => {
  const run = scripted([], { maximumPolls: 3 })
  expect(await run.result()).toEqual({ status: 'PENDING', limit: 'polls', polls: 3 })
  expect(run.asked).toEqual(['send', 'poll', 'poll', 'poll'])
  expect(run.states.at(-1)).toBe('limit reached: CERT-NONEXISTENT')
})

test('S-2.5.1-01 S-2.5.1-02 at the end of the time it polls once more and stops', async () => {
  const run = scripted([], { maximumTime: 2_500 })
  expect(await run.result()).toEqual({ status: 'PENDING', limit: 'time', polls: 3 })
  expect(run.pauses).toEqual([1_000, 1_000, 500])
  expect(run.states.at(-1)).toBe('limit reached: CERT-NONEXISTENT')
})

test('S-2.5.1-02 without polls it only asks once', async () => {
  const run = scripted([], { maximumPolls: 0 })
  expect(await run.result()).toMatchObject({ status: 'PENDING', polls: 0 })
  expect(run.pauses).toEqual([])
})

test('S-2.5.1-02 pauses grow to a longest one, longer and shorter at random', () => {
  const pace = { ...USUAL_PACE, interval: 1_000, backOff: 2, longestInterval: 5_000, jitter: 0.1 }
  expect([0, 1, 2, 3, 9].map((polls) => pauseBefore(polls, pace, 0.5))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
  expect([0, 1].map((random) => pauseBefore(0, pace, random))).toEqual([900, 1_100])
  // Who asks for a longer interval than the longest means it.
  expect(pauseBefore(3, { ...pace, interval: 60_000 }, 0.5)).toBe(60_000)
})

test('S-4.4-04 a second request to the same CA is refused until the first is decided, unless forced', async () => {
  const outstanding = new OutstandingRequests()
  const first = Promise.withResolvers<string>()
  const running = outstanding.during('ca', false, () => first.promise)
  const second = () => outstanding.during('ca', false, async () => 'second')
  await expect(second()).rejects.toMatchObject({ reason: 'request_outstanding' })
  expect(await outstanding.during('other', false, async () => 'other')).toBe('other')
  expect(await outstanding.during('ca', true, async () => 'forced')).toBe('forced')
  await expect(second()).rejects.toMatchObject({ reason: 'request_outstanding' })
  first.resolve('first')
  expect(await running).toBe('first')
  expect(await second()).toBe('second')
  const failed = outstanding.during('ca', false, () => Promise.reject(NO_RESPONSE))
  await expect(failed).rejects.toBe(NO_RESPONSE)
  expect(await second()).toBe('second')
})

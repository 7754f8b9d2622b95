import { describe, expect, test } from 'vitest'
import { cronFaults, cronStep, nextTime } from './cron.ts'

const at = (text: string) => new Date(`${text}Z`)
const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' }

describe('a cron expression', () => {
  test.each(['* * * * *', '30 4 * * 1', '0 0 1 JAN *', '*/15 8-17 * * MON-FRI'])('%s is one', (cron) => {
    expect(cronFaults({ cron, timeZone: null })).toEqual([])
  })

  test.each(['', '* * * *', '* * * * * *', '61 * * * *', 'every day', '* * * * * * *', '@daily x', '\u0000'])(
    '%j is none, and the fault repeats nothing of it',
    (cron) => {
      expect(cronFaults({ cron, timeZone: null })).toEqual([expect.stringContaining('cron must be five fields')])
    },
  )

  test('a day that never comes and an unknown time zone are faults', () => {
    expect(cronFaults({ cron: '0 0 30 2 *', timeZone: null })).toEqual(['cron names a day that never comes.'])
    expect(cronFaults({ cron: '* * * * *', timeZone: 'Europe/Nowhere' })).toEqual([expect.stringContaining('timeZone')])
  })

  test('is in UTC unless a time zone is given', () => {
    expect(nextTime({ cron: '30 2 * * *', timeZone: null }, at('2026-06-01T00:00:00'))).toEqual(
      at('2026-06-01T02:30:00'),
    )
    expect(nextTime(nightly, at('2026-06-01T00:00:00'))).toEqual(at('2026-06-01T00:30:00'))
  })

  test('an hour that is skipped in spring, and one that comes twice in autumn, is once', () => {
    const times = (from: string, to: string) => {
      const found: string[] = []
      let time = nextTime(nightly, at(from))
      for (; time !== null && time < at(to); time = nextTime(nightly, time)) found.push(time.toISOString())
      return found
    }
    expect(times('2026-03-28T12:00:00', '2026-03-29T12:00:00')).toHaveLength(1)
    expect(times('2026-10-24T12:00:00', '2026-10-25T12:00:00')).toHaveLength(1)
  })
})

describe('by a clock', () => {
  const hourly = { cron: '0 * * * *', timeZone: null }
  const followed = at('2026-06-01T12:00:10')

  test('that goes on it is due at its time, and not before', () => {
    expect(cronStep(hourly, followed, at('2026-06-01T12:59:59'))).toBe('waits')
    expect(cronStep(hourly, followed, at('2026-06-01T13:00:00'))).toBe('due')
  })

  test('that jumps ahead a day it is due once, not for every hour', () => {
    const jumped = at('2026-06-02T12:30:00')
    expect(cronStep(hourly, followed, jumped)).toBe('due')
    expect(cronStep(hourly, jumped, jumped)).toBe('waits')
  })

  test('that jumps back an hour it begins anew from there; a few seconds between nodes are no jump', () => {
    expect(cronStep(hourly, followed, at('2026-06-01T11:00:00'))).toBe('ahead')
    expect(cronStep(hourly, followed, at('2026-06-01T11:59:50'))).toBe('waits')
  })
})

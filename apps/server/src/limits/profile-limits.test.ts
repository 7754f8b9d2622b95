import { DEFAULT_ACCESS_RULE } from '@chancery/ra'
import { expect, test } from 'vitest'
import { ProfileLimits } from './profile-limits.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const profile = (access = {}, uuid = 'a') => ({ uuid, access: { ...DEFAULT_ACCESS_RULE, ...access } })

test('by default nobody waits, and as much is in work as comes', () => {
  const limits = new ProfileLimits(1)
  for (let count = 0; count < 2000; count++) {
    expect(limits.wait(profile(), '192.0.2.7', NOW)).toBe(0)
    expect(limits.enter(profile())).toBe(true)
  }
})

test('a source has so many messages a minute, whatever becomes of them; others and other profiles have theirs', () => {
  const limits = new ProfileLimits(1)
  const slow = profile({ requestsPerMinute: 6 })
  const waits = Array.from({ length: 8 }, () => limits.wait(slow, '192.0.2.7', NOW))
  expect(waits).toEqual([0, 0, 0, 0, 0, 0, 10, 10])
  expect(limits.wait(slow, '192.0.2.7', later(10))).toBe(0)
  expect(limits.wait(slow, '192.0.2.7', later(10))).toBe(10)
  expect(limits.wait(slow, '192.0.2.8', NOW)).toBe(0)
  expect(limits.wait(profile({ requestsPerMinute: 6 }, 'b'), '192.0.2.7', NOW)).toBe(0)
})

test('whoever is not limited never waits', () => {
  const limits = new ProfileLimits(1)
  const slow = profile({ requestsPerMinute: 1 })
  expect([1, 2, 3].map(() => limits.wait(slow, undefined, NOW))).toEqual([0, 0, 0])
})

test('the processes of a server share the rate, and each has some of it; another rate begins anew', () => {
  const allowed = (processes: number, requestsPerMinute: number) => {
    const limits = new ProfileLimits(processes)
    const waits = Array.from({ length: 100 }, () => limits.wait(profile({ requestsPerMinute }), 'x', NOW))
    return waits.filter((wait) => wait === 0).length
  }
  expect([allowed(1, 60), allowed(2, 60), allowed(4, 60), allowed(64, 10)]).toEqual([60, 30, 15, 1])
  const limits = new ProfileLimits(1)
  limits.wait(profile({ requestsPerMinute: 1 }), 'x', NOW)
  expect(limits.wait(profile({ requestsPerMinute: 1 }), 'x', NOW)).toBe(60)
  expect(limits.wait(profile({ requestsPerMinute: 2 }), 'x', NOW)).toBe(0)
})

test('no more of a profile is in work than may be, and whoever leaves makes room', () => {
  const limits = new ProfileLimits(4)
  const narrow = profile({ concurrentRequests: 2 })
  expect([1, 2, 3].map(() => limits.enter(narrow))).toEqual([true, true, false])
  expect(limits.enter(profile({ concurrentRequests: 2 }, 'b'))).toBe(true)
  limits.leave(narrow)
  expect([limits.enter(narrow), limits.enter(narrow)]).toEqual([true, false])
})

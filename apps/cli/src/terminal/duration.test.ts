import { expect, test } from 'vitest'
import { parseDays, parseDuration } from './duration.ts'

test.each([
  ['90s', 90],
  ['15m', 900],
  ['1h', 3_600],
  ['7d', 604_800],
])('%s is %i seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

test.each(['', '1', 'h', '-1h', '1.5h', '1 h', '1w', '10000000000s'])('%j is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow('is not a duration')
})

test('days are whole ones', () => {
  expect([parseDays('14d'), parseDays('14')]).toEqual([14, 14])
  for (const text of ['', '1h', '1.5d', '-1d']) expect(() => parseDays(text)).toThrow('is not a number of days')
})

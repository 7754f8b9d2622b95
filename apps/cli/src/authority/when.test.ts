import { expect, test } from 'vitest'
import { parseWhen } from './when.ts'

const NOW = new Date('2026-11-25T09:00:00Z')

test.each([
  ['2027-03-01T02:00Z', '2027-03-01T02:00:00.000Z'],
  ['2027-03-01T02:00:30+01:00', '2027-03-01T01:00:30.000Z'],
  ['2027-03-01', '2027-03-01T00:00:00.000Z'],
  ['30d', '2026-12-25T09:00:00.000Z'],
  ['1h', '2026-11-25T10:00:00.000Z'],
])('%s is %s', (text, time) => expect(parseWhen(text, NOW).toISOString()).toBe(time))

test.each(['', 'tomorrow', '2027-03-01T02:00', '2027-13-01', '30', '30 d', '1e3d'])(
  '"%s" is refused with the ways to write it',
  (text) => expect(() => parseWhen(text, NOW)).toThrow(expect.objectContaining({ exit: 'failed' })),
)

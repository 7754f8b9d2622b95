import type { OcspStanding } from '@chancery/store'
import { expect, test } from 'vitest'
import { AnswerMemo, type MemoEntry } from './memo.ts'

const ISSUED: OcspStanding = { state: 'issued', revokedAt: null, reason: null, held: false, signer: 'one' }
const HELD: OcspStanding = { ...ISSUED, state: 'revoked', revokedAt: 5, reason: 6 }
const NOW = 1_000_000_000

const entry = (standing = ISSUED, octets = 100): MemoEntry => ({
  standing,
  body: Buffer.alloc(octets),
  thisUpdate: NOW,
  nextUpdate: NOW + 10_000,
  http: { etag: '"x"', 'last-modified': '', expires: '' },
})

test('an answer is found for the same standing only', () => {
  const memo = new AnswerMemo()
  memo.keep('a', entry(HELD))
  expect(memo.find('a', { ...HELD }, NOW)).toBeDefined()
  for (const other of [ISSUED, { ...HELD, revokedAt: 6 }, { ...HELD, reason: 1 }, { ...HELD, signer: 'two' }]) {
    expect(memo.find('a', other, NOW)).toBeUndefined()
  }
  expect(memo.find('b', HELD, NOW)).toBeUndefined()
})

test('it is found until half of its time, and not by a clock that is far behind', () => {
  const memo = new AnswerMemo()
  memo.keep('a', entry())
  expect(memo.find('a', ISSUED, NOW + 4999)).toBeDefined()
  expect(memo.find('a', ISSUED, NOW + 5000)).toBeUndefined()
  expect(memo.find('a', ISSUED, NOW - 60_000)).toBeDefined()
  expect(memo.find('a', ISSUED, NOW - 60_001)).toBeUndefined()
})

test('the oldest go first, by number and by octets', () => {
  const memo = new AnswerMemo({ entries: 3, octets: 1000 })
  for (const key of ['a', 'b', 'c', 'd']) memo.keep(key, entry())
  expect(['a', 'b', 'c', 'd'].map((key) => memo.find(key, ISSUED, NOW) !== undefined)).toEqual([
    false,
    true,
    true,
    true,
  ])
  memo.keep('b', entry(HELD))
  memo.keep('e', entry(ISSUED, 850))
  expect(memo.size).toBe(2)
  expect(memo.find('b', HELD, NOW), 'replaced, and so the younger one').toBeDefined()
  memo.keep('f', entry(ISSUED, 2000))
  expect(memo.size, 'too large by itself').toBe(0)
})

import { expect, test } from 'vitest'
import { BucketTable } from './bucket-table.ts'

const RATE = { burst: 3, perSecond: 0.5 }

function drained(times: number, table = new BucketTable(RATE, 100)): BucketTable {
  for (let i = 0; i < times; i++) table.take('a', 0)
  return table
}

test('a burst is allowed, and then one token comes back after the other', () => {
  expect([0, 1, 2, 3].map((times) => drained(times).wait('a', 0))).toEqual([0, 0, 0, 2])
  const table = drained(3)
  expect([1000, 1999, 2000, 9000].map((now) => table.wait('a', now))).toEqual([1, 1, 0, 0])
})

test('asking takes nothing', () => {
  const table = drained(2)
  for (let i = 0; i < 10; i++) expect(table.wait('a', 0)).toBe(0)
})

test('no bucket becomes more than full', () => {
  const table = drained(1)
  for (let i = 0; i < 3; i++) table.take('a', 3_600_000)
  expect(table.wait('a', 3_600_000)).toBe(2)
})

test('what is taken beyond the bottom is owed, and no more than one burst of it', () => {
  expect(drained(5).wait('a', 0)).toBe(6)
  expect(drained(1000).wait('a', 0)).toBe(8)
})

test('others are not affected', () => {
  expect(drained(1000).wait('b', 0)).toBe(0)
})

test('a clock that is set back takes nothing away and gives nothing', () => {
  const table = drained(3)
  expect(table.wait('a', -3_600_000)).toBe(2)
  table.take('b', 5000)
  expect(table.wait('b', 0)).toBe(0)
})

test('there are never more buckets than may be, and the one used longest ago goes first', () => {
  const table = new BucketTable({ burst: 1, perSecond: 0.001 }, 3)
  for (const key of ['a', 'b', 'c', 'a', 'd']) table.take(key, 0)
  expect(table.size).toBe(3)
  expect(['a', 'b', 'c', 'd'].map((key) => table.wait(key, 0) > 0)).toEqual([true, false, true, true])
})

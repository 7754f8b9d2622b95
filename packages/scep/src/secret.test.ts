import { timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test, vi } from 'vitest'
import { Secret } from './secret.ts'

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})

test('S-2.4-10 a secret prints as [secret] however it is printed, and leaves only by reveal()', () => {
  const secret = new Secret('hunter2')
  const printed = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ deep: [secret] }),
    String(secret),
  ]
  for (const text of printed) {
    expect(text).toContain('[secret]')
    expect(text).not.toContain('hunter2')
  }
  expect(secret.reveal()).toBe('hunter2')
})

test('N-08 secrets are compared in constant time, over digests of one length', () => {
  vi.mocked(timingSafeEqual).mockClear()
  new Secret('short').equals(new Secret('a much longer one'))
  const [[left, right]] = vi.mocked(timingSafeEqual).mock.calls as [[Buffer, Buffer]]
  expect([left.length, right.length]).toEqual([32, 32])
})

test('secrets are equal when every character is', () => {
  expect(new Secret('a').equals(new Secret('a'))).toBe(true)
  for (const other of ['A', 'a ', 'a\0', '', 'aa']) expect(new Secret('a').equals(new Secret(other))).toBe(false)
})

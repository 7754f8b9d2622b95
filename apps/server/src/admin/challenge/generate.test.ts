import { expect, test } from 'vitest'
import { generateChallenge } from './generate.ts'

test('a challenge has at least 128 bits, and no character that is mistaken for another', () => {
  for (let round = 0; round < 200; round++) {
    const challenge = generateChallenge()
    expect(challenge).toMatch(/^[2-9A-HJKMNP-TV-Z]{7}(-[2-9A-HJKMNP-TV-Z]{7}){3}$/)
    expect(challenge.length).toBeLessThanOrEqual(32)
    expect(challenge.replaceAll('-', '').length * Math.log2(30)).toBeGreaterThan(128)
  }
})

test('no two challenges are equal', () => {
  expect(new Set(Array.from({ length: 1_000 }, generateChallenge)).size).toBe(1_000)
})

import { expect, test } from 'vitest'
import { uuidV7 } from './uuid.ts'

const NOW = new Date('2026-11-25T12:00:00.123Z')

test('a UUID has its time first, and version and variant where RFC 9562 §5.7 puts them', () => {
  const uuid = uuidV7(NOW)
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBe(NOW.getTime())
})

test('of many made at one moment no two are alike, wherever octets are drawn anew', () => {
  expect(new Set(Array.from({ length: 1000 }, () => uuidV7(NOW))).size).toBe(1000)
})

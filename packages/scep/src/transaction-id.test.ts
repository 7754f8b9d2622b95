import { expect, test } from 'vitest'
import { parseTransactionId, randomTransactionId } from './transaction-id.ts'

test('S-3.2.1.1-03 S-3.2.1.1-04 any 1 to 255 octets are a transactionID, and come back as they were', () => {
  const octets = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1))
  expect(Buffer.from(parseTransactionId(octets) as string, 'latin1')).toEqual(octets)
  expect(parseTransactionId(Buffer.alloc(0))).toBeUndefined()
  expect(parseTransactionId(Buffer.alloc(256, 0x41))).toBeUndefined()
})

test('S-3.2.1.1-06 S-7-16 ten thousand random transactionIDs are ten thousand different ones', () => {
  expect(new Set(Array.from({ length: 10_000 }, randomTransactionId)).size).toBe(10_000)
})

import { expect, test } from 'vitest'
import { newSerialNumber } from './serial-number.ts'

test('S-3.3.2.1-09 a serial number is positive, of sixteen octets and in its shortest form', () => {
  for (let i = 0; i < 2000; i++) {
    const serial = newSerialNumber()
    expect(serial.length).toBe(16)
    expect(serial[0]).toBeGreaterThan(0)
    expect(serial[0]).toBeLessThan(0x80)
  }
})

test('S-7-16 no serial number is drawn twice', () => {
  const drawn = new Set(Array.from({ length: 20_000 }, () => newSerialNumber().toString('hex')))
  expect(drawn.size).toBe(20_000)
})

import { expect, test } from 'vitest'
import { serialReadings } from './serial-readings.ts'

const first = (text: string) => serialReadings(text)[0]

test.each([
  ['as it was told', '5F3A9C01B2'],
  ['lower case', '5f3a9c01b2'],
  ['with colons', '5f:3a:9c:01:b2'],
  ['with blanks', ' 5F 3A 9C 01 B2\n'],
  ['with hyphens', '5F-3A-9C-01-B2'],
  ['with zeros before it', '00005F3A9C01B2'],
])('I-7.9-13 a serial number is read %s', (_, text) => {
  expect(first(text)).toContain('5f3a9c01b2')
})

test.each([
  ['its first digit is zero', 'F3A9C01B2', '0f3a9c01b2'],
  ['its first digit is zero and is spelled', '0F3A9C01B2', '0f3a9c01b2'],
  ['its first octet is zero because the next has its high bit set', 'FF3A9C01', '00ff3a9c01'],
  ['that octet is spelled', '00FF3A9C01', '00ff3a9c01'],
  ['it has the high bit set and no zero octet, as some CAs encode it', 'FF3A9C01', 'ff3a9c01'],
  ['it is zero', '0', '00'],
  [
    'it is longer than any JavaScript number is exact',
    'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE',
    'fffffffffffffffffffffffffffffffffffffffe',
  ],
])('I-7.9-13 I-8-07 a serial number is found though %s', (_, text, octets) => {
  expect(first(text)).toContain(octets)
})

test('what is all digits is hexadecimal first, and then decimal', () => {
  expect(serialReadings('409021547954')).toEqual([
    ['409021547954', '00409021547954'],
    ['5f3b9585b2', '005f3b9585b2'],
  ])
  expect(serialReadings('5F3A9C01B2')).toHaveLength(1)
})

test.each(['', ' ', ':', 'not a number', '0x5F', '-', 'ä', '1'.repeat(129)])('%j is no serial number', (text) => {
  expect(serialReadings(text)).toEqual([])
})

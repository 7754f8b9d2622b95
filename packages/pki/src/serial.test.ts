import { expect, test } from 'vitest'
import { shortestSerial } from './serial.ts'

const shortest = (hex: string) => shortestSerial(Buffer.from(hex, 'hex'))?.toString('hex')

test.each([
  ['41', '41'],
  ['0041', '41'],
  ['00000041', '41'],
  ['0080', '0080'],
  ['000080', '0080'],
  ['00', '00'],
  ['0000', '00'],
  [`0080${'00'.repeat(18)}01`, `0080${'00'.repeat(18)}01`],
  [`000000${'7f'.repeat(40)}`, '7f'.repeat(40)],
])('S-3.3.4-02 the number in %s is told in the octets %s', (written, told) => {
  expect(shortest(written)).toBe(told)
})

test.each(['80', 'ff', 'ff80', ''])('S-3.3.4-02 %j is no serial number: it is negative, or nothing', (written) => {
  expect(shortest(written)).toBeUndefined()
})

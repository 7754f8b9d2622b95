import { readElement } from '@chancery/pki'
import { expect, test } from 'vitest'
import { isDer } from './is-der.ts'

const of = (hex: string, content = '') => readElement(Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(content)]))

test.each([
  ['an empty SEQUENCE', of('3000')],
  ['a SEQUENCE of a SET of a string', of('300531030c0161')],
  ['127 octets under one of length', of('0c7f', 'a'.repeat(127))],
  ['128 octets under two of length', of('0c8180', 'a'.repeat(128))],
  ['255 octets under two of length', of('0c81ff', 'a'.repeat(255))],
  ['256 octets under three of length', of('0c820100', 'a'.repeat(256))],
  ['65536 octets under four of length', of('0c83010000', 'a'.repeat(65536))],
])('%s is DER', (_name, element) => {
  expect(isDer(element)).toBe(true)
})

test.each([
  ['an indefinite length', of('30800000')],
  ['an indefinite length inside', of('300431800000')],
  ['127 octets under two of length', of('0c817f', 'a'.repeat(127))],
  ['255 octets under three of length', of('0c8200ff', 'a'.repeat(255))],
  ['65535 octets under four of length', of('0c8300ffff', 'a'.repeat(65535))],
  ['no octets under nine of length', of('0c880000000000000000')],
  ['a string in segments', of('2c030c0161')],
  ['a BIT STRING in segments', of('230403020041')],
])('X.690 §10 %s is not DER', (_name, element) => {
  expect(isDer(element)).toBe(false)
})

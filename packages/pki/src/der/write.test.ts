import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readElement } from './read.ts'
import { TAG } from './tag.ts'
import { oidValue, smallInteger, timeValue } from './value.ts'
import * as der from './write.ts'

test.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0xffffff, 0x1000000])('%d octets read back', (length) => {
  const content = Buffer.alloc(length, 1)
  const e = readElement(der.octetString(content), { bytes: 1 << 25, depth: 1, elements: 1, oidBytes: 1 })
  expect(e.content.equals(content)).toBe(true)
})

test('integers are in the shortest form with a sign octet where it is needed', () => {
  expect([0, 1, 127, 128, 255, 256, 65537].map((n) => der.integer(n).toString('hex'))).toEqual([
    '020100',
    '020101',
    '02017f',
    '02020080',
    '020200ff',
    '02020100',
    '0203010001',
  ])
  expect(der.unsignedInteger(Buffer.from('000080', 'hex')).toString('hex')).toBe('02020080')
  expect(der.unsignedInteger(Buffer.alloc(0)).toString('hex')).toBe('020100')
  expect(() => der.integer(-1)).toThrow(RangeError)
  fc.assert(fc.property(fc.nat(), (n) => smallInteger(readElement(der.integer(n)), 'n') === n))
})

test('object identifiers read back, and other texts are refused', () => {
  const arcs = fc.array(fc.nat(), { minLength: 1, maxLength: 8 })
  const dotted = fc.tuple(fc.nat(2), fc.nat(39), arcs).map(([root, second, rest]) => [root, second, ...rest].join('.'))
  fc.assert(fc.property(dotted, (text) => oidValue(readElement(der.oid(text)), 'oid') === text))
  for (const text of ['', '1', '1.', '1.40', '3.1', '1.2.03', '1.2.x', '-1.2', '1.2.'.repeat(200)])
    expect(() => der.oid(text), text).toThrow(RangeError)
})

test('an object identifier that a person may write is one that we read, and the other way round', () => {
  for (const arc of ['1', '127', '16383', String(2n ** 70n - 1n)]) {
    const octets = Math.ceil(BigInt(arc).toString(2).length / 7)
    const long = `2.1${`.${arc}`.repeat(Math.floor(63 / octets))}`
    expect(der.isOid(long)).toBe(true)
    expect(readElement(der.oid(long)).tag).toBe(TAG.oid)
    expect(der.isOid(`${long}.${arc}.${arc}`)).toBe(false)
  }
  const longest = der.encode(TAG.oid, Buffer.concat([Buffer.alloc(63, 0xff), Buffer.from([0x7f])]))
  expect(der.isOid(oidValue(readElement(longest), 'oid'))).toBe(true)
})

test('C-SA-06 times: UTCTime through 2049, GeneralizedTime from 2050 on, whole seconds', () => {
  const write = (iso: string) => readElement(der.time(new Date(iso)))
  expect(write('2049-12-31T23:59:59.999Z').content.toString()).toBe('491231235959Z')
  expect(write('2050-01-01T00:00:00Z').content.toString()).toBe('20500101000000Z')
  expect(write('1949-12-31T00:00:00Z').tag).toBe(TAG.generalizedTime)
  const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(dates, (date) => {
      date.setUTCMilliseconds(0)
      return timeValue(readElement(der.time(date)), 'time').getTime() === date.getTime()
    }),
  )
})

test('C-BER-05 a SET OF is sorted by encoding, named bits end with a one', () => {
  expect(der.setOf([der.integer(3), der.integer(1)]).toString('hex')).toBe('3106020101020103')
  expect(der.namedBits([0, 2]).toString('hex')).toBe('030205a0')
  expect(der.namedBits([8]).toString('hex')).toBe('0303070080')
  expect(der.namedBits([]).toString('hex')).toBe('030100')
})

test('implicit tags keep the form, explicit ones wrap', () => {
  expect(der.implicit(0, der.octetString(Buffer.from('a'))).toString('hex')).toBe('800161')
  expect(der.implicit(1, der.sequence()).toString('hex')).toBe('a100')
  expect(der.explicit(3, der.nullValue()).toString('hex')).toBe('a3020500')
})

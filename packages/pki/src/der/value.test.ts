import { describe, expect, test } from 'vitest'
import { Asn1Error } from './asn1-error.ts'
import { readElement } from './read.ts'
import { contextTag, TAG } from './tag.ts'
import * as value from './value.ts'
import { encode, oid } from './write.ts'

const element = (tag: number, content: Buffer | string) =>
  readElement(encode(tag, Buffer.from(content as string, 'latin1')))
const hex = (text: string) => readElement(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('times', () => {
  test.each([
    [TAG.utcTime, '261124000102Z', '2026-11-24T00:01:02.000Z'],
    [TAG.utcTime, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [TAG.utcTime, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [TAG.utcTime, '2611240001Z', '2026-11-24T00:01:00.000Z'],
    [TAG.utcTime, '261124000102+0130', '2026-11-23T22:31:02.000Z'],
    [TAG.generalizedTime, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    [TAG.generalizedTime, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [TAG.generalizedTime, '20261124000102.123Z', '2026-11-24T00:01:02.000Z'],
    [TAG.generalizedTime, '20261124000102-0100', '2026-11-24T01:01:02.000Z'],
    [TAG.generalizedTime, '20240229000000Z', '2024-02-29T00:00:00.000Z'],
  ])('tag %d, %s is %s', (tag, text, expected) => {
    expect(value.timeValue(element(tag, text), 'time').toISOString()).toBe(expected)
  })

  test.each([
    [TAG.utcTime, ''],
    [TAG.utcTime, '261124000102'],
    [TAG.utcTime, '261324000102Z'],
    [TAG.utcTime, '260229000102Z'],
    [TAG.utcTime, '261124240102Z'],
    [TAG.utcTime, '261124006102Z'],
    [TAG.utcTime, '261124000102Z '],
    [TAG.utcTime, '26-124000102Z'],
    [TAG.utcTime, '261124000102.5Z'],
    [TAG.generalizedTime, '202611240001Z'],
    [TAG.generalizedTime, '20261124000102'],
    [TAG.generalizedTime, '00000101000000Z'],
    [TAG.integer, '261124000102Z'],
  ])('tag %d, %j is no time', (tag, text) => {
    expect(() => value.timeValue(element(tag, text), 'time')).toThrow(Asn1Error)
  })
})

describe('strings', () => {
  test.each([
    ['PrintableString', '13 02 6162', 'ab'],
    ['UTF8String', '0c 03 c3a462', 'äb'],
    ['TeletexString as Latin-1', '14 02 e462', 'äb'],
    ['BMPString', '1e 04 00e40062', 'äb'],
    ['BMPString with a surrogate pair', '1e 04 d83dde00', '😀'],
    ['UniversalString', '1c 08 0001f600 00000062', '😀b'],
    ['IA5String', '16 02 6162', 'ab'],
    ['NumericString', '12 02 3132', '12'],
    ['a string in segments', '2c80 0c0161 0c0162 0000', 'ab'],
  ])('%s', (_, bytes, expected) => {
    expect(value.stringValue(hex(bytes))).toBe(expected)
  })

  test.each([
    ['UTF8String that is not UTF-8', '0c 01 e4'],
    ['BMPString of odd length', '1e 03 006100'],
    ['BMPString with half of a pair', '1e 02 d83d'],
    ['UniversalString beyond Unicode', '1c 04 00110000'],
    ['UniversalString with a surrogate', '1c 04 0000d83d'],
    ['UniversalString of odd length', '1c 03 000000'],
    ['INTEGER', '02 01 05'],
    ['SEQUENCE', '30 00'],
  ])('%s is no text', (_, bytes) => {
    expect(value.stringValue(hex(bytes))).toBeUndefined()
  })
})

describe('numbers, booleans, identifiers', () => {
  test('an integer keeps its octets, leading zeros and sign included', () => {
    expect(value.integerBytes(hex('02 03 0000ff'), 'n')).toEqual(Buffer.from('0000ff', 'hex'))
    expect(() => value.integerBytes(hex('0200'), 'n')).toThrow(Asn1Error)
  })

  test('C-ID-08 small integers: negative and long ones are refused, zero-padded ones read', () => {
    expect(value.smallInteger(hex('02 02 0003'), 'n')).toBe(3)
    expect(() => value.smallInteger(hex('02 01 ff'), 'n')).toThrow('out of range')
    expect(() => value.smallInteger(hex('02 07 01000000000000'), 'n')).toThrow('out of range')
  })

  test('a boolean is one octet, and every octet but zero is true', () => {
    expect(value.booleanValue(hex('0101ff'), 'b')).toBe(true)
    expect(value.booleanValue(hex('010101'), 'b')).toBe(true)
    expect(value.booleanValue(hex('010100'), 'b')).toBe(false)
    expect(() => value.booleanValue(hex('0100'), 'b')).toThrow(Asn1Error)
  })

  test.each([
    '0.9.2342.19200300.100.1.25',
    '1.2.840.113549.1.1.11',
    '2.5.4.3',
    '2.999.1',
    '2.25.329800735698586629295641978511506172918',
  ])('object identifier %s', (dotted) => {
    expect(value.oidValue(readElement(oid(dotted)), 'oid')).toBe(dotted)
  })

  test('an object identifier that is empty or cut off is refused', () => {
    expect(() => value.oidValue(hex('0600'), 'oid')).toThrow(Asn1Error)
    expect(() => value.oidValue(hex('06 02 2a86'), 'oid')).toThrow(Asn1Error)
  })
})

describe('bit and octet strings', () => {
  test('unused bits and segments (BER)', () => {
    expect(value.bitStringValue(hex('03 02 05a0'), 'b')).toEqual({ bytes: Buffer.from([0xa0]), unused: 5 })
    expect(value.bitStringValue(hex('2380 03020061 03020462 0000'), 'b')).toEqual({
      bytes: Buffer.from('ab'),
      unused: 4,
    })
    expect(value.bitStringOctets(hex('0301 00'), 'b')).toHaveLength(0)
  })

  test.each(['0300', '0301 01', '0302 0800', '2308 03020462 03020061', '2304 04020061'])('%s is malformed', (bytes) => {
    expect(() => value.bitStringValue(hex(bytes), 'b')).toThrow(Asn1Error)
  })

  test('keys and signatures are whole octets', () => {
    expect(() => value.bitStringOctets(hex('03 02 05a0'), 'b')).toThrow('whole number of octets')
  })

  test('C-BER-03 an implicitly tagged OCTET STRING, primitive or in segments', () => {
    expect(value.octets(hex('80 02 6162'), 'o', contextTag(0, false)).toString()).toBe('ab')
    expect(value.octets(hex('a080 040161 040162 0000'), 'o', contextTag(0, false)).toString()).toBe('ab')
    expect(() => value.octets(hex('a003 020161'), 'o', contextTag(0, false))).toThrow(Asn1Error)
    expect(() => value.octets(undefined, 'o')).toThrow('o is missing')
  })
})

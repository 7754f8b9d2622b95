import { describe, expect, test } from 'vitest'
import { Asn1Error } from './asn1-error.ts'
import { DEFAULT_LIMITS, readElement, readFirst } from './read.ts'
import { TAG } from './tag.ts'
import { octets } from './value.ts'
import { encode, integer, octetString, oid, sequence } from './write.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('what is read', () => {
  test('an element is a view of the input: its bytes are the received ones', () => {
    const input = sequence(integer(1), sequence(octetString(Buffer.from('ab'))))
    const e = readElement(input)
    expect(e.bytes.buffer).toBe(input.buffer)
    expect(e.bytes).toEqual(input)
    expect(e.children.map(({ tag }) => tag)).toEqual([TAG.integer, TAG.sequence])
    expect(e.children[1]?.children[0]?.content.toString()).toBe('ab')
  })

  test('readFirst says what stands behind the element', () => {
    const { element, rest } = readFirst(hex('0500 0101ff'))
    expect(element.tag).toBe(TAG.null)
    expect(rest).toEqual(hex('0101ff'))
  })

  test('C-BER-01 indefinite length is read at every level, and the bytes include the end-of-contents', () => {
    const input = hex('3080 3080 020105 0000 a080 0000 0000')
    const e = readElement(input)
    expect(e.indefinite).toBe(true)
    expect(e.bytes).toEqual(input)
    expect(e.content).toEqual(input.subarray(2, -2))
    expect(e.children[0]?.bytes).toEqual(hex('3080 020105 0000'))
    expect(e.children[0]?.children[0]?.content).toEqual(hex('05'))
    expect(e.children[1]?.children).toEqual([])
  })

  test('C-BER-01 a length with leading zeros, or in long form without need, is read', () => {
    expect(readElement(hex('04 84 00000002 6162')).content.toString()).toBe('ab')
    expect(readElement(hex('04 81 02 6162')).content.toString()).toBe('ab')
  })

  test('C-BER-02 C-BER-04 an OCTET STRING in segments, nested, empty and of one octet, is their concatenation', () => {
    const e = readElement(hex('2480 040161 2480 0400 040162 0000 2403 040163 0000'))
    expect(octets(e, 'x').toString()).toBe('abc')
    expect(octets(readElement(hex('2400')), 'x')).toHaveLength(0)
  })
})

describe('what is refused', () => {
  test.each([
    ['nothing', ''],
    ['a tag alone', '30'],
    ['content that is cut off', '0403 6162'],
    ['a length of reserved form', '04ff 00'],
    ['a length of nine octets', '0489 000000000000000001 00'],
    ['a length beyond every input', '0488 ffffffffffffffff'],
    ['a length that is cut off', '0482 01'],
    ['a tag number above 30', '1f8101 00'],
    ['end-of-contents as a value', '0000'],
    ['end-of-contents inside a definite length', '3002 0000'],
    ['indefinite length without end', '3080 0201 05'],
    ['indefinite length of a primitive', '0480 0000'],
    ['a child longer than its parent', '3003 0402 61'],
    ['bytes behind the end', '0500 00'],
    ['half an end-of-contents', '3080 00'],
  ])('%s', (_, text) => {
    expect(() => readElement(hex(text))).toThrow(Asn1Error)
  })

  test('every prefix of a message, in DER and in BER', () => {
    for (const input of [sequence(integer(1), octetString(Buffer.alloc(200))), hex('3080 2480 040161 0000 0000')]) {
      for (let length = 0; length < input.length; length++)
        expect(() => readElement(input.subarray(0, length)), `${length} bytes`).toThrow(Asn1Error)
    }
  })
})

describe('limits', () => {
  test('size is refused before anything is read', () => {
    expect(() => readElement(Buffer.alloc(11, 0x30), { ...DEFAULT_LIMITS, bytes: 10 })).toThrow('longer than 10 bytes')
  })

  test('depth counts levels of constructed elements, definite or not', () => {
    const nested = (depth: number) => {
      let e: Buffer = integer(1)
      for (let i = 0; i < depth; i++) e = sequence(e)
      return e
    }
    const limits = { ...DEFAULT_LIMITS, depth: 5 }
    expect(readElement(nested(5), limits).tag).toBe(TAG.sequence)
    expect(() => readElement(nested(6), limits)).toThrow('nested deeper than 5')
    expect(() => readElement(Buffer.from('3080'.repeat(100_000), 'hex'))).toThrow('nested deeper than 32')
  })

  test('elements are counted over the whole input', () => {
    const input = encode(TAG.sequence, Buffer.from('0500'.repeat(100), 'hex'))
    expect(readElement(input, { ...DEFAULT_LIMITS, elements: 101 }).children).toHaveLength(100)
    expect(() => readElement(input, { ...DEFAULT_LIMITS, elements: 100 })).toThrow('more than 100 elements')
  })

  test('an OBJECT IDENTIFIER of 200 kB is refused', () => {
    expect(() => readElement(encode(TAG.oid, Buffer.alloc(200_000, 0x81)))).toThrow('OBJECT IDENTIFIER too long')
    expect(readElement(oid('2.16.840.1.113733.1.9.2')).tag).toBe(TAG.oid)
  })
})

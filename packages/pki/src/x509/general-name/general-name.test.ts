import { describe, expect, test } from 'vitest'
import { Asn1Error } from '../../der/asn1-error.ts'
import { readElement } from '../../der/read.ts'
import { encode, utf8String } from '../../der/write.ts'
import { nameFromText } from '../../name/from-text.ts'
import { PkiError } from '../../pki-error.ts'
import { buildGeneralNames } from './encode.ts'
import { type GeneralName, USER_PRINCIPAL_NAME } from './general-name.ts'
import { ipFromText, ipToText } from './ip-address.ts'
import { parseGeneralNames } from './parse.ts'
import { generalNameFromText, generalNameToText } from './text.ts'

const roundTrip = (names: readonly GeneralName[]) => parseGeneralNames(readElement(buildGeneralNames(names)))

const EVERY: readonly [GeneralName, string][] = [
  [{ type: 'dns', value: 'a.example' }, 'DNS:a.example'],
  [{ type: 'email', value: 'a@b.example' }, 'email:a@b.example'],
  [{ type: 'uri', value: 'tag:microsoft.com,2022-09-14:sid:S-1-5' }, 'URI:tag:microsoft.com,2022-09-14:sid:S-1-5'],
  [{ type: 'ip', value: '10.0.0.1' }, 'IP:10.0.0.1'],
  [{ type: 'ip', value: '2001:db8::1' }, 'IP:2001:db8::1'],
  [{ type: 'otherName', oid: USER_PRINCIPAL_NAME, value: utf8String('ü@b') }, 'UPN:ü@b'],
  [{ type: 'otherName', oid: '1.2.3.4', value: utf8String('a') }, 'otherName:1.2.3.4=#0c0161'],
  [{ type: 'registeredId', value: '1.2.3.4' }, 'RID:1.2.3.4'],
  [{ type: 'other', der: encode(0xa3, utf8String('a')) }, 'other:#a3030c0161'],
]

test.each(EVERY)('%o is %s, encoded and read back', (name, text) => {
  expect(roundTrip([name])).toEqual([name])
  expect(generalNameToText(name)).toBe(text)
  expect(generalNameFromText(text)).toEqual(name)
})

test('a directory name', () => {
  const name: GeneralName = { type: 'directory', name: nameFromText('CN=a,O=b') }
  const [again] = roundTrip([name])
  expect(again && generalNameToText(again)).toBe('dirName:CN=a,O=b')
  expect(generalNameToText(generalNameFromText('dirName:CN=a,O=b'))).toBe('dirName:CN=a,O=b')
})

test('a principal name in another string type has another text: a text stands for one value', () => {
  const printable = encode(0x13, Buffer.from('a@b'))
  const name: GeneralName = { type: 'otherName', oid: USER_PRINCIPAL_NAME, value: printable }
  expect(generalNameToText(name)).toBe(`otherName:${USER_PRINCIPAL_NAME}=#1303614062`)
})

test('an address is brought into its shortest form', () => {
  expect(generalNameToText(generalNameFromText('ip:2001:0DB8:0:0::0001'))).toBe('IP:2001:db8::1')
})

describe('what cannot be used', () => {
  test.each([
    '',
    'a',
    'DNS:',
    ':a',
    'XX:a',
    'IP:1.2.3',
    'DNS:ä',
    'RID:x',
    'otherName:1.2',
    'otherName:1.2=#',
    'otherName:1.2=#0c',
    'other:#0c',
    '__proto__:a',
    'dirName:x',
    'dirName: ',
    'other:#8200',
    'other:#a4023000',
  ])('%j is no name', (text) => {
    expect(() => generalNameFromText(text)).toThrow(PkiError)
  })

  test('a name beyond ASCII and an address that is none are not encoded', () => {
    expect(() => buildGeneralNames([{ type: 'dns', value: 'ä' }])).toThrow(PkiError)
    expect(() => buildGeneralNames([{ type: 'ip', value: '1.2.3' }])).toThrow(PkiError)
  })

  test('an address of five octets, an otherName without value and an endless registeredID are kept as they are', () => {
    for (const der of [encode(0x87, Buffer.alloc(5)), encode(0xa0), encode(0x88, Buffer.alloc(100_000, 0x81))])
      expect(parseGeneralNames(readElement(encode(0x30, der)))).toEqual([{ type: 'other', der }])
  })

  test('what is no sequence of names is malformed', () => {
    expect(() => parseGeneralNames(readElement(utf8String('a')))).toThrow(Asn1Error)
    expect(() => parseGeneralNames(readElement(encode(0x30, encode(0xa4))))).toThrow(Asn1Error)
  })
})

describe('addresses', () => {
  test.each([
    ['0.0.0.0', '00000000'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
    ['2001:0:0:1::1', '20010000000000010000000000000001'],
    ['2001:db8::1:0:0:1', '20010db8000000000001000000000001'],
  ])('%s', (text, hex) => {
    expect(ipFromText(text)?.toString('hex')).toBe(hex)
    expect(ipToText(Buffer.from(hex, 'hex'))).toBe(text)
  })

  test('the end of an IPv6 address may be written as IPv4', () => {
    expect(ipFromText('::ffff:10.0.0.1')?.toString('hex')).toBe('00000000000000000000ffff0a000001')
  })

  test.each([
    '256.1.1.1',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    '1:2:3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    'g::',
    '::1.2.3',
    '1.2.3.4:5::',
    '12345::',
  ])('%s is none', (text) => {
    expect(ipFromText(text)).toBeUndefined()
  })
})

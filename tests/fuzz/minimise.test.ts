import { der, TAG } from '@chancery/pki'
import { expect, test } from 'vitest'
import { minimise } from './minimise.ts'
import { encodeTlv, placesIn, tlvOf } from './tlv.ts'

const nested = der.sequence(
  der.integer(1),
  der.sequence(der.utf8String('around it'), der.octetString(der.sequence(der.integer(4711), der.nullValue()))),
  der.bitString(Buffer.from('more')),
)

test('the smallest input that fails alike is found', async () => {
  const needle = der.integer(4711)
  const smallest = await minimise(nested, async (candidate) => candidate.includes(needle))
  expect(smallest).toEqual(needle)
})

test('what is no structure gets smaller too', async () => {
  const text = Buffer.from('a text with a % in it')
  expect(await minimise(text, async (candidate) => candidate.includes('%'))).toEqual(Buffer.from('%'))
})

test('a tree is written as it was read, and reaches into strings that hold structures', () => {
  expect(encodeTlv(tlvOf(nested))).toEqual(nested)
  const inner = placesIn(tlvOf(nested)).find(({ path }) => path === '1.1.0.0')
  expect(inner?.tlv).toMatchObject({ tag: TAG.integer, content: Buffer.from('1267', 'hex') })
})

test('a length can be wrong in every way', () => {
  const written = (length: Parameters<typeof encodeTlv>[0]['length']) =>
    encodeTlv({ tag: 4, length, before: Buffer.alloc(0), content: Buffer.from('ab') }).toString('hex')
  expect(written('shortest')).toBe('04026162')
  expect(written('padded')).toBe('04860000000000026162')
  expect(written('indefinite')).toBe('048061620000')
  expect(written('endless')).toBe('04806162')
  expect(written('too long')).toBe('04036162')
  expect(written('too short')).toBe('04016162')
  expect(written('huge')).toBe('0488ffffffffffffffff6162')
})

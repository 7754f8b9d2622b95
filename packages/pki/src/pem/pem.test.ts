import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PkiError } from '../pki-error.ts'
import { decodePem, encodePem } from './pem.ts'

test('what is written is read back, in lines of at most 64 characters', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
      const text = encodePem('CERTIFICATE', Buffer.from(bytes))
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(64)
      expect(decodePem(text)).toEqual([Buffer.from(bytes)])
    }),
    { seed: 8894 },
  )
})

test('blocks come in their order, text between them is skipped, a label selects', () => {
  const text = `Bag Attributes\r\n${encodePem('A', Buffer.from('a')).replaceAll('\n', '\r\n')}subject=x\n${encodePem('B', Buffer.from('b'))}`
  expect(decodePem(text).map(String)).toEqual(['a', 'b'])
  expect(decodePem(text, 'B').map(String)).toEqual(['b'])
})

test.each([
  ['nothing', ''],
  ['text without a block', 'hello'],
  ['a block without end', '-----BEGIN A-----\nYQ==\n'],
  ['a block with another end', '-----BEGIN A-----\nYQ==\n-----END B-----\n'],
  ['an empty block', '-----BEGIN A-----\n-----END A-----\n'],
  ['a block that is not base64', '-----BEGIN A-----\nYQ=*\n-----END A-----\n'],
  ['a block that is cut off', '-----BEGIN A-----\nYWJ\n-----END A-----\n'],
  ['an encrypted key of the old kind', '-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nYQ==\n-----END A-----\n'],
])('%s is refused', (_, text) => {
  expect(() => decodePem(text)).toThrow(PkiError)
})

test('another label is not found, and the error says which one was wanted', () => {
  expect(() => decodePem(encodePem('A', Buffer.from('a')), 'CERTIFICATE')).toThrow('no CERTIFICATE block found')
})

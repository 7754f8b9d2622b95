import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { faultsOf } from './faults.ts'
import { strictObject } from './field.ts'

const schema = strictObject({
  text: Type.Optional(Type.String()),
  list: Type.Optional(Type.Array(Type.String())),
  free: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  strict: Type.Optional(Type.String({ pattern: '^[a-z]*$', rule: 'must be letters' })),
})

test.each([
  ['U+0000', '\0'],
  ['half of a surrogate pair', '\ud83d'],
])('%s is a fault at any depth, and the text is not repeated', (_, character) => {
  const text = `secret${character}`
  const value = { text, list: ['a', text], free: { a: { b: [text] }, c: { [text]: 1 } } }
  const faults = faultsOf(schema, value)
  expect(faults.map((fault) => fault.slice(0, fault.indexOf(' hol')))).toEqual([
    'text',
    'list[1]',
    'free.a.b[0]',
    'free.c has a field whose name',
  ])
  expect(faults.join()).not.toContain('secret')
})

test('a field that is wrong anyway is told once, and whole characters are no fault', () => {
  expect(faultsOf(schema, { strict: 'a\0' })).toEqual(['strict must be letters.'])
  expect(faultsOf(schema, { text: '😀 \n', free: { '😀': null } })).toEqual([])
  expect(faultsOf(Type.Array(Type.String(), { rule: 'must be a list' }), ['a\0'])).toHaveLength(1)
})

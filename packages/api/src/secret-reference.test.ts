import { expect, test } from 'vitest'
import { type ReadSecret, resolveReferences } from './secret-reference.ts'

const read: ReadSecret = (reference) =>
  'env' in reference && reference.env === 'SET' ? { secret: 'hunter2' } : { fault: 'is not set' }

test('references are replaced wherever they stand, and nothing else is', () => {
  const document = { a: [{ key: { env: 'SET' }, env: 'SET' }], env: { env: 'SET', file: 'x' }, n: 7, none: null }
  expect(resolveReferences(document, read)).toEqual({
    document: { ...document, a: [{ key: { secret: 'hunter2' }, env: 'SET' }] },
    faults: [],
  })
})

test('what cannot be read is told all at once, by its place', () => {
  const { faults } = resolveReferences({ scepProfiles: [{ key: { env: 'UNSET' } }], other: { file: '/none' } }, read)
  expect(faults).toEqual(['scepProfiles[0].key: env UNSET is not set.', 'other: file /none is not set.'])
})

test('a name from Object.prototype is no way out', () => {
  const { document } = resolveReferences(JSON.parse('{"__proto__": {"env": "SET"}}'), read)
  expect(Object.getPrototypeOf(document)).toBe(Object.prototype)
})

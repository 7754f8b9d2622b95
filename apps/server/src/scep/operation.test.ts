import { expect, test } from 'vitest'
import { operationOf, rawQueryOf } from './operation.ts'

test.each([
  ['operation=PKIOperation', 'PKIOperation'],
  ['operation=GetCACaps', 'GetCACaps'],
  ['foo=1&operation=GetCACaps&x', 'GetCACaps'],
  ['message=AAAA&operation=PKIOperation', 'PKIOperation'],
  ['operation=getcacert&message=CAIdentifier', 'GetCACert'],
  ['OPERATION=GetCACert', 'GetCACert'],
  ['operation=GetNextCACert', 'GetNextCACert'],
  ['operation=Foo', 'unknown'],
  ['operation=', 'unknown'],
  ['operation=constructor', 'unknown'],
  ['operation=GetCACert%00', 'unknown'],
  ['message=operation=GetCACaps', undefined],
  ['operation', undefined],
  ['', undefined],
])('S-4.1-12 S-4.1-14 the operation of "%s" is %s', (query, operation) => {
  expect(operationOf(query)).toBe(operation)
})

test('N-04 the query is taken as it came', () => {
  expect(rawQueryOf('/scep?operation=PKIOperation&message=a+b%2B?c')).toBe('operation=PKIOperation&message=a+b%2B?c')
  expect(rawQueryOf('/scep')).toBe('')
})

import { expect, test } from 'vitest'
import { queryOf } from './query.ts'

test('a query is read whole, however many fields it has', () => {
  expect(queryOf('/v1/x')).toEqual({})
  expect(queryOf('/v1/x?')).toEqual({})
  expect({ ...queryOf('/v1/x?operation=a&dryRun=true&b=%20') }).toEqual({ operation: 'a', dryRun: 'true', b: ' ' })
  const many = `${Array.from({ length: 300 }, (_, index) => `f${index}=`).join('&')}&dryRun=true`
  expect(queryOf(`/v1/x?${many}`).dryRun).toBe('true')
  expect(queryOf(`/v1/x?${'a&'.repeat(1010)}dryRun=true`).dryRun).toBe('true')
})

test('one that is too long is refused rather than left out', () => {
  expect(() => queryOf(`/v1/x?${'a'.repeat(8193)}`)).toThrow(expect.objectContaining({ status: 422 }))
})

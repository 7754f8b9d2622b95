import { expect, test } from 'vitest'
import { parseJson } from './json-body.ts'

test('an empty body is no body', () => {
  expect(parseJson('')).toBeUndefined()
  expect(parseJson(' \r\n')).toBeUndefined()
})

test('what is not JSON is 400, and no piece of it is repeated', () => {
  expect(() => parseJson('{"challengePassword": "hunter2"')).toThrow(
    expect.objectContaining({ status: 400, message: 'The body is not valid JSON.' }),
  )
})

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

test('a body that is nested too deeply is refused before it is parsed, and brackets in strings do not count', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  expect(() => parseJson(nested(33))).toThrow(expect.objectContaining({ status: 400 }))
  expect(() => parseJson('{"a":'.repeat(60_000))).toThrow(/more than 32 levels/)
  expect(parseJson(nested(32))).toBeInstanceOf(Array)
  const text = `\\"${'{['.repeat(100)}`
  expect(parseJson(`{"a":"${text}"}`)).toEqual({ a: `"${'{['.repeat(100)}` })
})

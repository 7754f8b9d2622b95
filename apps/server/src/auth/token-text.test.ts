import { expect, test } from 'vitest'
import { claimsToBeToken, isWholeToken, newTokenText } from './token-text.ts'

test('a token has the form that secret scanners are given, is whole, and is never made twice', () => {
  const texts = Array.from({ length: 200 }, () => newTokenText().reveal())
  for (const text of texts) {
    expect(text).toMatch(/\bchy_[0-9A-Za-z]{38}\b/)
    expect([isWholeToken(text), claimsToBeToken(text)]).toEqual([true, true])
  }
  expect(new Set(texts).size).toBe(texts.length)
})

test('with any one character changed, two swapped, one missing or one too many it is not whole', () => {
  const text = newTokenText().reveal()
  for (let index = 0; index < text.length; index++) {
    const other = text[index] === 'x' ? 'y' : 'x'
    expect(isWholeToken(`${text.slice(0, index)}${other}${text.slice(index + 1)}`)).toBe(false)
    expect(isWholeToken(`${text.slice(0, index)}${text.slice(index + 1)}`)).toBe(false)
    expect(isWholeToken(`${text.slice(0, index)}x${text.slice(index)}`)).toBe(false)
    const [one, two] = [text[index], text[index + 1]]
    if (two !== undefined && one !== two) {
      expect(isWholeToken(`${text.slice(0, index)}${two}${one}${text.slice(index + 2)}`)).toBe(false)
    }
  }
  expect(isWholeToken('')).toBe(false)
  expect(isWholeToken(`${text}\n`)).toBe(false)
})

test('the checksum of a known token is this one, so that tokens made by an earlier version go on', () => {
  expect(isWholeToken(`chy_${'0'.repeat(32)}4JAH9Z`)).toBe(true)
})

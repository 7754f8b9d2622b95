import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInOne, parseNetwork } from './network.ts'
import { parsePattern } from './pattern.ts'
import { TemplateError } from './template-error.ts'

test.each([
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'A.Example.COM', true],
  ['*.example.com', 'a.b.example.com', false],
  ['**.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', 'a.example.com.evil', false],
  ['*.example.com', 'aXexample.com', false],
  ['*.example.com', '*.example.com', false],
  ['\\*.example.com', '*.example.com', true],
  ['printer-??', 'printer-01', true],
  ['printer-??', 'printer-001', false],
  ['*@example.com', 'a@b@example.com', false],
  ['*', '', true],
  ['a**b*c', 'a.x.bzc', true],
])('pattern %s and %s: %s', (pattern, text, expected) => {
  expect(parsePattern(pattern).matches(text)).toBe(expected)
})

test('a text without wildcards matches itself and nothing else', () => {
  const text = fc.stringMatching(/^[a-z0-9.@/-]{1,20}$/)
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(parsePattern(one).matches(other)).toBe(one === other)
    }),
    { seed: 26, numRuns: 200 },
  )
})

test('a pattern that would make a regular expression backtrack is decided by a walk along the name', () => {
  const pattern = parsePattern('**a**a**a**a**a**b')
  expect(pattern.matches('a'.repeat(2000))).toBe(false)
  expect(pattern.matches(`${'a'.repeat(2000)}b`)).toBe(true)
})

test.each(['', '\\', 'a\\', '*'.repeat(2) + 'a*'.repeat(8), 'a'.repeat(301)])('%j is no pattern', (text) => {
  expect(() => parsePattern(text)).toThrow(TemplateError)
})

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['192.0.2.128/25', '192.0.2.127', false],
  ['192.0.2.128/25', '192.0.2.129', true],
  ['fd00::/8', 'fd12::1', true],
  ['fd00::/8', 'fe80::1', false],
  ['0.0.0.0/0', '::1', false],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
])('network %s and %s: %s', (network, address, expected) => {
  expect(isInOne([network], address)).toBe(expected)
})

test.each(['', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/', '10.0.0.0/8/8', 'example.com'])('%j is no network', (text) => {
  expect(() => parseNetwork(text)).toThrow(TemplateError)
})

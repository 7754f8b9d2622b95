import { expect, test } from 'vitest'
import { errorDescription, hResult } from './failure-fields.ts'

test.each([
  ['subject_refused', -1610612731],
  ['a fault of ours', -1610612735],
  ['toString', -1610612735],
])('I-8-09 hResult of %s is a negative number of 32 bits', (reason, number) => {
  expect(hResult(reason)).toBe(number)
})

test('I-8-09 every reason has a number of its own', () => {
  const reasons = ['enrolment_refused', 'key_refused', 'issue_failed', 'authority_refused', 'transaction_conflict', '']
  expect(new Set(reasons.map(hResult)).size).toBe(reasons.length)
})

test.each([
  ['a short text', 'Policy refused the request', 'Policy refused the request'],
  ['a text of 255 units', 'x'.repeat(255), 'x'.repeat(255)],
  ['a longer text', 'x'.repeat(300), 'x'.repeat(255)],
  ['an emoji that just fits', `${'x'.repeat(253)}😀y`, `${'x'.repeat(253)}😀`],
  ['an emoji across the edge', `${'x'.repeat(254)}😀y`, 'x'.repeat(254)],
  ['half of an emoji', 'x\ud83dy', 'x\ufffdy'],
  ['lines', 'one\r\ntwo\u0000', 'one two'],
  ['a blank text', ' \n', 'The certificate could not be issued.'],
])('I-7.9-16 errorDescription of %s is one line of at most 255 units', (_what, text, told) => {
  expect(errorDescription(text)).toBe(told)
})

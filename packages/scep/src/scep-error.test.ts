import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FAIL_INFO } from './fail-info.ts'
import { REASONS, type Reason } from './reason.ts'
import { ScepError } from './scep-error.ts'

test('what reaches the peer is the text of the table, and the detail is not in it', () => {
  const error = new ScepError('bad_envelope', { detail: 'padding', cause: new Error('inner') })
  expect(error.message).toBe(REASONS.bad_envelope.text)
  expect(error.code).toBe('ERR_SCEP_BAD_ENVELOPE')
  expect(error.failInfo).toBe('badRequest')
  expect(error.detail).toBe('padding')
  expect((error.cause as Error).message).toBe('inner')
})

test.each(Object.keys(REASONS))('the reason %s has a known failInfo or none, and a page', (name) => {
  const { failInfo, text, nextStep } = REASONS[name as Reason]
  if (failInfo !== null) expect(Object.keys(FAIL_INFO)).toContain(failInfo)
  expect(text).toMatch(/^[a-z]/)
  expect(nextStep).toMatch(/\.$/)
  expect(existsSync(new URL(`../../../docs/errors/${name}.md`, import.meta.url))).toBe(true)
})

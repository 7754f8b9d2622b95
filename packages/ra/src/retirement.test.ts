import { expect, test } from 'vitest'
import { DEFAULT_RENEWAL_RULE } from './renewal-rule.ts'
import { type DueRetirement, retire } from './retirement.ts'

const NOW = new Date('2026-01-15T12:00:00Z')
const RULE = { ...DEFAULT_RENEWAL_RULE, revokePredecessorAfterDays: 7 }
const due: DueRetirement = {
  certificate: 'old',
  successor: 'new',
  scepProfileId: 1,
  issuerId: 1,
  notAfter: new Date(NOW.getTime() + 1),
  state: 'issued',
  successorState: 'issued',
}

test('S-2.5-05 a predecessor whose time has come is revoked where the profile wants it', () => {
  expect(retire(due, RULE, NOW)).toEqual({ verdict: 'revoke' })
})

test.each([
  ['that is revoked already', { state: 'revoked' }, RULE],
  ['that has expired', { notAfter: NOW }, RULE],
  ['whose successor was revoked: it may be all that the device has', { successorState: 'revoked' }, RULE],
  ['of a profile that does not revoke any more', {}, DEFAULT_RENEWAL_RULE],
  ['of a profile that is gone', {}, undefined],
] as const)('a predecessor %s is left alone', (_which, change, rule) => {
  expect(retire({ ...due, ...change }, rule, NOW)).toMatchObject({ verdict: 'drop' })
})

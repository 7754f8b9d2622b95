import { Secret } from '@chancery/scep'
import { expect, test } from 'vitest'
import { staticChallengeWarnings } from './static-challenge.ts'

test.each(['12345678', 'correcthorse', 'Tr0ub4dor&3'])(
  '%s is below 80 bits, which is said without repeating it',
  (text) => {
    const warnings = staticChallengeWarnings(new Secret(text))
    expect(warnings).toEqual([expect.stringMatching(/at most \d+ bits/)])
    expect(warnings.join()).not.toContain(text)
  },
)

test.each(['7K2MPQRXYZ3W9TNB4HJ6', 'a5d4b0e2c1f84d7a9e3b6c5d2f1a0b9c'])('%s is good enough', (text) => {
  expect(staticChallengeWarnings(new Secret(text))).toEqual([])
})

import { expect, test } from 'vitest'
import { compatibilityWarnings } from './warnings.ts'

test('switches that are unwise are told, others are not', () => {
  expect(compatibilityWarnings({ profile: 'default', overrides: {} })).toEqual([])
  expect(compatibilityWarnings({ profile: 'legacy', overrides: {} })).toEqual([expect.stringContaining('single DES')])
  const overrides = { signerKeyRule: 'any-key', caCertificates: 'single' }
  expect(compatibilityWarnings({ profile: 'default', overrides })).toHaveLength(2)
})

test('a profile with a switch that this version does not know is shown with the reason why it is not served', () => {
  const [warning] = compatibilityWarnings({ profile: 'default', overrides: { future: true } })
  expect(warning).toContain('SCEP is not served: unknown compatibility switch "future"')
})

import { expect, test } from 'vitest'
import { CompatibilityError } from './compatibility-error.ts'
import { COMPATIBILITY } from './profile.ts'
import { resolveCompatibility, resolveSwitches } from './resolve.ts'
import { SWITCHES } from './switch.ts'

test('the default profile takes AES, 3DES, SHA-1 and SHA-2, and neither single DES nor MD5', () => {
  const policy = resolveCompatibility('default')
  expect(policy.contentEncryptions).toEqual(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])
  expect([...policy.digests].sort()).toEqual(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])
  expect(policy.timeWindowSeconds).toBeUndefined()
})

test('S-2.9-12 no combination of switches lets MD5 in', () => {
  for (const name of Object.keys(COMPATIBILITY)) {
    expect(resolveCompatibility(name, { sha1: true, singleDes: true }).digests).not.toContain('md5')
  }
})

test('a switch that is turned overrides its profile', () => {
  expect(resolveCompatibility('strict', { tripleDes: true }).contentEncryptions).toContain('des-ede3-cbc')
  expect(resolveCompatibility('legacy').contentEncryptions).toContain('des-cbc')
  expect(resolveCompatibility('certmonger').emptyContent).toBe('empty')
  expect(resolveCompatibility('default', { timeWindowSeconds: 600 }).timeWindowSeconds).toBe(600)
})

test('every fault of the settings is named at once, with what would be known', () => {
  const settings = { md5: true, tripleDes: 'yes', emptyContent: 'null', timeWindowSeconds: 5, __proto__x: 1 }
  const faults = faultsOf(() => resolveCompatibility('modern', settings))
  expect(faults).toHaveLength(6)
  expect(faults[0]).toBe(`unknown compatibility profile "modern": use one of ${Object.keys(COMPATIBILITY).join(', ')}`)
  expect(faults[1]).toContain('unknown compatibility switch "md5": use one of tripleDes, sha1')
  expect(faults[3]).toBe('emptyContent: use absent or empty or ndes')
})

test('names of object members are no profiles and no switches', () => {
  expect(faultsOf(() => resolveCompatibility('constructor', { toString: true }))).toHaveLength(2)
})

test('every switch has a value', () => {
  expect(Object.keys(resolveSwitches('default'))).toEqual(Object.keys(SWITCHES))
})

test('there are no other named sets than these', () => {
  const names = ['apple', 'certmonger', 'chromeos', 'cisco-ios', 'default', 'juniper', 'legacy', 'mikrotik', 'strict']
  expect(Object.keys(COMPATIBILITY).toSorted()).toEqual([...names, 'windows-intune'])
})

test.each(Object.keys(COMPATIBILITY).filter((name) => name !== 'legacy'))(
  'S-2.9-03 the named set %s does without single DES',
  (name) => expect(resolveSwitches(name).singleDes).toBe(false),
)

function faultsOf(resolve: () => unknown): readonly string[] {
  try {
    resolve()
  } catch (error) {
    if (error instanceof CompatibilityError) return error.faults
  }
  throw new Error('no CompatibilityError')
}

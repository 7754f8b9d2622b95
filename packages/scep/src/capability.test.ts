import { expect, test } from 'vitest'
import { capabilities } from './capability.ts'
import { resolveCompatibility } from './compatibility/resolve.ts'

const RFC_KEYWORDS = [
  'AES',
  'DES3',
  'GetNextCACert',
  'POSTPKIOperation',
  'Renewal',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
  'SCEPStandard',
]

test('S-3.5.2-01 S-3.5.2-02 S-3.5.2-04 the body of GetCACaps is one known keyword a line, each line ended by LF', () => {
  const body = capabilities(resolveCompatibility('default'), { renewal: true })
  expect(body).toMatch(/^([A-Za-z0-9.-]+\n)+$/)
  const lines = body.trimEnd().split('\n')
  expect(lines.filter((line) => !RFC_KEYWORDS.includes(line))).toEqual([])
  expect(lines).toEqual(expect.arrayContaining(['SCEPStandard', 'AES', 'POSTPKIOperation', 'SHA-256', 'SHA-384']))
})

test('S-3.5.2-06 S-2.9-02 S-2.9-11 what is switched off is not advertised', () => {
  const body = capabilities(resolveCompatibility('strict'), { renewal: false })
  expect(body.split('\n')).not.toContain('DES3')
  expect(body.split('\n')).not.toContain('SHA-1')
  expect(body.split('\n')).toContain('SCEPStandard')
})

test('S-3.5.2-07 single DES and MD5 are advertised by no profile', () => {
  for (const name of ['default', 'strict', 'legacy', 'certmonger']) {
    const lines = capabilities(resolveCompatibility(name, { singleDes: true }), { renewal: true }).split('\n')
    expect(lines.filter((line) => line === 'DES' || line.startsWith('MD5'))).toEqual([])
  }
})

test('S-3.5.2-08 Renewal is advertised exactly when it is served', () => {
  const policy = resolveCompatibility('default')
  expect(capabilities(policy, { renewal: true })).toContain('\nRenewal\n')
  expect(capabilities(policy, { renewal: false })).not.toContain('Renewal')
})

test('S-3.5.2-09 GetNextCACert is advertised exactly while there is a next CA', () => {
  const policy = resolveCompatibility('strict')
  expect(capabilities(policy, { renewal: true, nextCaCertificates: true })).toMatch(/\nGetNextCACert\n/)
  for (const nextCaCertificates of [false, undefined]) {
    const served = nextCaCertificates === undefined ? { renewal: true } : { renewal: true, nextCaCertificates }
    expect(capabilities(policy, served)).not.toContain('GetNextCACert')
  }
})

test('S-3.5.2-22 every profile lists a digest that iOS knows', () => {
  for (const name of ['default', 'strict', 'legacy', 'certmonger']) {
    expect(capabilities(resolveCompatibility(name), { renewal: false })).toContain('SHA-256\n')
  }
})

test('S-3.5.2-03 SCEPStandard goes when AES-128 or SHA-256 goes', () => {
  const policy = resolveCompatibility('default')
  const without = { ...policy, contentEncryptions: ['des-ede3-cbc'] as const }
  expect(capabilities(without, { renewal: false })).not.toContain('SCEPStandard')
})

import { expect, test } from 'vitest'
import { type Capabilities, hasCapability, parseCapabilities } from './capabilities.ts'
import { chooseAlgorithms } from './choose-algorithms.ts'

const choose = (text: string, options = {}) => chooseAlgorithms(parseCapabilities(text), options)

test('S-3.5.2-11 D-18-01 unknown keywords mean nothing', () => {
  const capabilities = parseCapabilities('AES\nFoo-Bar\nUpdate\nSHA-999\n')
  expect(hasCapability(capabilities, 'AES')).toBe(true)
  expect(chooseAlgorithms(capabilities)).toEqual({ digest: 'sha1', contentEncryption: 'aes-128-cbc', post: false })
})

test('S-3.5.2-12 letter case does not matter', () => {
  expect(choose('postpkioperation\r\nsha-256')).toMatchObject({ digest: 'sha256', post: true })
})

test('S-3.5.2-13 any mix of line ends, blank lines and blanks splits into the same keywords', () => {
  const capabilities: Capabilities = parseCapabilities('AES\r\nSHA-256\n\n  DES3 ')
  expect([...capabilities]).toEqual(['aes', 'sha-256', 'des3'])
})

test('S-3.5.2-18 S-7-04 without capabilities it is GET, 3DES and SHA-1, never less', () => {
  expect(choose('')).toEqual({ digest: 'sha1', contentEncryption: 'des-ede3-cbc', post: false })
})

test('S-3.5.2-19 AES-128 and SHA-256 are chosen among all, and the strongest is not climbed to', () => {
  expect(choose('AES\nDES3\nSHA-1\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\n')).toEqual({
    digest: 'sha256',
    contentEncryption: 'aes-128-cbc',
    post: true,
  })
  expect(choose('SHA-1\nSHA-512').digest).toBe('sha512')
})

test('S-3.5.2-20 S-4.1-02 SCEPStandard alone means AES, SHA-256 and POST', () => {
  expect(choose('SCEPStandard')).toEqual({ digest: 'sha256', contentEncryption: 'aes-128-cbc', post: true })
  expect(choose('POSTPKIOperation').post).toBe(true)
})

test('D-C-01 the keywords of the draft lead to 3DES, SHA-256 and POST', () => {
  expect(choose('GetNextCACert\nPOSTPKIOperation\nRenewal\nSHA-512\nSHA-256\nSHA-1\nDES3\n')).toEqual({
    digest: 'sha256',
    contentEncryption: 'des-ede3-cbc',
    post: true,
  })
})

test('S-7.5-01 SCEPStandard may be required or assumed, and is never silently given up', () => {
  expect(() => choose('DES3\nSHA-1', { standard: 'require' })).toThrow(
    expect.objectContaining({ reason: 'capabilities_too_weak' }),
  )
  expect(choose('DES3\nSHA-1', { standard: 'assume' })).toEqual({
    digest: 'sha256',
    contentEncryption: 'aes-128-cbc',
    post: true,
  })
})

test('S-3.5.2-21 3DES and SHA-1 can be forced on a server that offers more', () => {
  const options = { digest: 'sha1', contentEncryption: 'des-ede3-cbc' } as const
  expect(choose('SCEPStandard', options)).toEqual({ ...options, post: true })
})

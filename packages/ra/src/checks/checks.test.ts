import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  type GeneralName,
  nameFromText,
  type PublicKeyInfo,
  parseName,
  publicKeyInfoOf,
  readElement,
  USER_PRINCIPAL_NAME,
} from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../endpoint.ts'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import { DEFAULT_KEY_RULES, DEFAULT_SUBJECT_RULES, type SubjectRules } from '../profile.ts'
import { keyStrength } from './key-strength.ts'
import { hasRocaFingerprint } from './roca.ts'
import { subjectRules } from './subject.ts'
import { subjectAltNameRules } from './subject-alt-name.ts'

interface Asked {
  key?: PublicKeyInfo
  subject?: string
  names?: GeneralName[]
  rules?: Partial<SubjectRules>
  ownKeys?: string[]
}

const RSA = publicKeyInfoOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)

/** What the checks look at; the rest of a request does not exist for them. */
function asked({ key = RSA, subject = 'CN=a', names = [], rules = {}, ownKeys = [] }: Asked): EnrolmentRequest {
  const endpoint = {
    raProfile: { keys: DEFAULT_KEY_RULES, subject: { ...DEFAULT_SUBJECT_RULES, ...rules } },
    ownKeyDigests: new Set(ownKeys),
  } as unknown as Endpoint
  const message = { csr: { publicKey: key } } as unknown as EnrolmentRequest['message']
  return {
    endpoint,
    message,
    subject: nameFromText(subject),
    subjectAltNames: names,
    renews: undefined,
    now: new Date(0),
  }
}

const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey

describe('S-3.1-15 keys', () => {
  test('RSA-2048, P-256, P-384, P-521 and Ed25519 may be certified', () => {
    const keys = [ec('P-256'), ec('P-384'), ec('P-521'), generateKeyPairSync('ed25519').publicKey].map(publicKeyInfoOf)
    for (const key of [RSA, ...keys]) expect(() => keyStrength(asked({ key }))).not.toThrow()
  })

  test.each([
    ['RSA-1024', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, /1024 bits/],
    [
      'exponent 3',
      () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey,
      /exponent 3/,
    ],
    ['secp256k1', () => ec('secp256k1'), /not supported|not one of/],
    ['X25519', () => generateKeyPairSync('x25519').publicKey, /not supported/],
  ])('%s is refused with badAlg, and the administrator reads why', (_name, make, detail) => {
    const check = () => keyStrength(asked({ key: publicKeyInfoOf(make()) }))
    expect(check).toThrow(expect.objectContaining({ failInfo: 'badAlg', detail: expect.stringMatching(detail) }))
  })

  test('a key of the authority itself is refused', () => {
    const check = () => keyStrength(asked({ ownKeys: [RSA.digest().toString('hex')] }))
    expect(check).toThrow(expect.objectContaining({ reason: 'key_refused' }))
  })

  test('a modulus with the ROCA fingerprint is recognised, sound ones are not taken for one', () => {
    const primes = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n, 67n, 71n, 73n]
    const rest = [
      79n,
      83n,
      89n,
      97n,
      101n,
      103n,
      107n,
      109n,
      113n,
      127n,
      131n,
      137n,
      139n,
      149n,
      151n,
      157n,
      163n,
      167n,
    ]
    const primorial = [...primes, ...rest].reduce((product, prime) => product * prime, 1n)
    const broken = (1n << 2047n) - ((1n << 2047n) % primorial) + (65537n ** 1234n % primorial)
    expect(hasRocaFingerprint(Buffer.from(broken.toString(16), 'hex'))).toBe(true)
    expect(RSA.modulus && hasRocaFingerprint(RSA.modulus)).toBe(false)
  })
})

describe('S-3.3.1-02 subjects', () => {
  test('an empty subject is refused, unless the profile lets a SAN name the device', () => {
    const names: GeneralName[] = [{ type: 'dns', value: 'a.example' }]
    expect(() => subjectRules(asked({ subject: '', names }))).toThrow(
      expect.objectContaining({ reason: 'subject_refused' }),
    )
    expect(() => subjectRules(asked({ subject: '', names, rules: { subjectRequired: false } }))).not.toThrow()
    expect(() => subjectRules(asked({ subject: '', rules: { subjectRequired: false } }))).toThrow()
  })

  test.each(['CN=a\\00b', 'CN=a\\0Ab', 'CN=a\u202eb'])(
    'a value that hides part of itself is refused: %j',
    (subject) => {
      expect(() => subjectRules(asked({ subject }))).toThrow(expect.objectContaining({ reason: 'subject_refused' }))
    },
  )

  test('a subject that is an RDN of nothing is refused', () => {
    const subject = parseName(readElement(Buffer.from('30023100', 'hex')))
    expect(() => subjectRules({ ...asked({}), subject })).toThrow(
      expect.objectContaining({ reason: 'subject_refused' }),
    )
  })

  test('a subject that nobody could read is refused', () => {
    expect(() => subjectRules(asked({ subject: `CN=${'a'.repeat(3000)}` }))).toThrow(/./)
  })
})

describe('S-7-08 subject alternative names', () => {
  const accepts =
    (names: GeneralName[], rules = {}) =>
    () =>
      subjectAltNameRules(asked({ names, rules }))

  test('names of the granted types pass', () => {
    const names: GeneralName[] = [
      { type: 'dns', value: 'printer-1.example.com' },
      { type: 'dns', value: '*.example.com' },
      { type: 'email', value: 'a@example.com' },
      { type: 'uri', value: 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6' },
      { type: 'ip', value: '192.0.2.1' },
    ]
    expect(accepts(names)).not.toThrow()
  })

  test('a UPN is granted only where the profile says so: domain controllers log its bearer on', () => {
    const names: GeneralName[] = [
      { type: 'otherName', oid: USER_PRINCIPAL_NAME, value: Buffer.from('0c03614062', 'hex') },
    ]
    expect(accepts(names)).toThrow(expect.objectContaining({ reason: 'subject_alt_name_refused' }))
    expect(accepts(names, { subjectAltNames: ['upn'] })).not.toThrow()
  })

  test.each<[string, GeneralName]>([
    ['a registered id', { type: 'registeredId', value: '1.2.3' }],
    ['a directory name', { type: 'directory', name: nameFromText('CN=a') }],
    ['an otherName that is no UPN', { type: 'otherName', oid: '1.2.3', value: Buffer.from([5, 0]) }],
    ['a DNS name with a blank', { type: 'dns', value: 'a b' }],
    ['a DNS name with NUL', { type: 'dns', value: 'bank.example\0.evil.example' }],
    ['an empty DNS name', { type: 'dns', value: '' }],
    ['an e-mail address without @', { type: 'email', value: 'a' }],
    ['a URI without a scheme', { type: 'uri', value: 'a' }],
    ['S-7-13 a URI without end', { type: 'uri', value: `http://a/${'a'.repeat(3000)}` }],
    ['a UPN that is no text', { type: 'otherName', oid: USER_PRINCIPAL_NAME, value: Buffer.from([5, 0]) }],
    ['a UPN with NUL', { type: 'otherName', oid: USER_PRINCIPAL_NAME, value: Buffer.from('0c03610062', 'hex') }],
  ])('%s is refused', (_what, name) => {
    expect(accepts([name], { subjectAltNames: ['dns', 'email', 'uri', 'ip', 'upn'] })).toThrow(
      expect.objectContaining({ reason: 'subject_alt_name_refused' }),
    )
  })

  test('S-7-13 more names than the profile allows are refused', () => {
    const names = Array.from({ length: 101 }, (_, i): GeneralName => ({ type: 'dns', value: `h${i}.example` }))
    expect(accepts(names)).toThrow(/./)
  })
})

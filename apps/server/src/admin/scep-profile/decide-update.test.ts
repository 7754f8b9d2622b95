import { generateKeyPairSync } from 'node:crypto'
import type { ScepProfileUpdate } from '@chancery/api'
import { selfSignedRoot } from '@chancery/ca'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import {
  type Configuration,
  DEFAULT_ACCESS_RULE,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_WAITING_RULE,
  type ScepProfile,
  Secret,
} from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { AdminRefusal } from '../admin-refusal.ts'
import { decideUpdate } from './decide-update.ts'

const NOW = new Date('2026-03-01T12:00:00Z')

const profile: ScepProfile = {
  id: 1,
  uuid: '019a0000-0000-7000-8000-000000000001',
  name: 'default',
  description: 'as it was',
  enabled: true,
  isDefault: true,
  challengeKind: 'one-time',
  staticChallenge: undefined,
  compatibility: { profile: 'default', overrides: {} },
  includeCaCertificate: false,
  includeCaCertificateChain: false,
  renewalThresholdDays: null,
  renewal: DEFAULT_RENEWAL_RULE,
  enrolment: DEFAULT_ENROLMENT_RULE,
  allowPolling: false,
  waiting: DEFAULT_WAITING_RULE,
  access: DEFAULT_ACCESS_RULE,
  raCertificate: DEFAULT_RA_CERTIFICATE_RULE,
  webhook: null,
  webhookKey: undefined,
  intune: null,
  intuneKey: undefined,
  metadata: DEFAULT_SCEP_PROFILE_METADATA,
  defaultRaProfileId: null,
}

const withStatic: ScepProfile = {
  ...profile,
  challengeKind: 'static',
  staticChallenge: new Secret('the old challenge'),
}
const configuration: Configuration = {
  version: 1,
  authorities: [],
  issuers: [],
  raProfiles: [],
  scepProfiles: [profile],
  raCertificates: [],
}

const decide = (before: ScepProfile, update: ScepProfileUpdate) => decideUpdate(before, configuration, update, NOW)

function faults(before: ScepProfile, update: ScepProfileUpdate): readonly string[] {
  try {
    decide(before, update)
  } catch (error) {
    if (error instanceof AdminRefusal) return error.messages
    throw error
  }
  return []
}

test('an empty update changes nothing, the challenge least of all', () => {
  expect(decide(withStatic, {})).toEqual({})
  expect(decide(withStatic, { description: 'new' })).toEqual({ description: 'new' })
})

test('true with a value sets the static challenge and makes the profile use it', () => {
  const change = decide(profile, { enableChallengePassword: true, challengePassword: 'correct horse battery' })
  expect(change.challengeKind).toBe('static')
  expect(change.staticChallenge?.reveal()).toBe('correct horse battery')
})

test('a value without the flag is set too: it was sent to be used', () => {
  expect(decide(withStatic, { challengePassword: 'correct horse' }).staticChallenge?.reveal()).toBe('correct horse')
})

test('true with a blank keeps the challenge that is set, and is a fault where none is', () => {
  expect(decide(withStatic, { enableChallengePassword: true, challengePassword: '' })).toEqual({})
  expect(faults(profile, { enableChallengePassword: true, challengePassword: '' })).toEqual([
    'challengePassword is missing: none is set yet, and challengeKind static needs one.',
  ])
})

test('null keeps, in both fields', () => {
  expect(decide(withStatic, { enableChallengePassword: null, challengePassword: null })).toEqual({})
})

test('false clears, and the profile falls back to one-time challenges, never to none', () => {
  const change = decide(withStatic, { enableChallengePassword: false })
  expect(change).toEqual({ challengeKind: 'one-time', staticChallenge: undefined })
  expect(Object.hasOwn(change, 'staticChallenge')).toBe(true)
})

test('none only when written out', () => {
  expect(decide(withStatic, { challengeKind: 'none' })).toEqual({ challengeKind: 'none', staticChallenge: undefined })
})

test('S26 another kind leaves no stale static challenge behind', () => {
  expect(decide(withStatic, { challengeKind: 'one-time' })).toEqual({
    challengeKind: 'one-time',
    staticChallenge: undefined,
  })
})

test('a static challenge for a kind that does not use it is a fault', () => {
  expect(faults(profile, { challengeKind: 'one-time', challengePassword: 'correct horse' })).toEqual([
    'challengePassword is used only where challengeKind is static, not one-time.',
  ])
})

test('kind static with the challenge cleared is a fault: it would let nobody in', () => {
  expect(faults(withStatic, { challengeKind: 'static', enableChallengePassword: false })).toHaveLength(1)
})

test('a short static challenge is a fault that does not repeat it', () => {
  const found = faults(profile, { challengePassword: 'sesame7' })
  expect(found).toEqual(['challengePassword must have at least 8 characters.'])
})

test.each([
  [{ challengeKind: 'one-time', enableIntune: true }],
  [{ intuneTenant: 'contoso.example' }],
  [{ raProfileUuid: '019a0000-0000-7000-8000-000000000009' }],
  [{ caCertificateUuid: '019a0000-0000-7000-8000-000000000009' }],
] satisfies [ScepProfileUpdate][])('%j is refused with a sentence instead of being dropped', (update) => {
  expect(faults(profile, update)).toHaveLength(1)
})

test('all faults come at once', () => {
  expect(faults(profile, { enableIntune: true, challengePassword: 'short', caCertificateUuid: null })).toHaveLength(6)
})

test('of the renewal rule and of who may enrol, what is named is changed and the rest stays', () => {
  const strict = { ...profile, renewal: { ...DEFAULT_RENEWAL_RULE, graceDays: 3, key: 'new' as const } }
  expect(decide(strict, { renewal: { revokePredecessorAfterDays: 7 } })).toEqual({
    renewal: { ...strict.renewal, revokePredecessorAfterDays: 7 },
  })
  expect(decide(strict, { renewal: {} })).toEqual({ renewal: strict.renewal })
  expect(decide(profile, { firstEnrolments: false })).toEqual({
    enrolment: { ...DEFAULT_ENROLMENT_RULE, first: false },
  })
})

test('a challenge cannot be wanted of renewals where the profile knows none', () => {
  const wanted = { challenge: 'required' } as const
  expect(faults(profile, { renewal: wanted, challengeKind: 'none' })).toEqual([
    'renewal.challenge required needs a challengeKind other than none.',
  ])
  const demanding = { ...profile, renewal: { ...DEFAULT_RENEWAL_RULE, ...wanted } }
  expect(faults(demanding, { challengeKind: 'none' })).toHaveLength(1)
  expect(faults(demanding, { challengeKind: 'none', renewal: { challenge: 'ignored' } })).toEqual([])
})

test('a renewal threshold of 0 days means the second half of the validity', () => {
  expect(decide(profile, { renewalThreshold: 0 })).toEqual({ renewalThresholdDays: null })
  expect(decide(profile, { renewalThreshold: 30 })).toEqual({ renewalThresholdDays: 30 })
})

describe('where the CA has no RSA key, so that messages are sealed with the challenge', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = softwareSigningKey(privateKey)
  const certificate = await selfSignedRoot({ subject: nameFromText('CN=EC CA'), key, now: new Date(), isOwnRa: true })
  const own = { scepProfileId: profile.id, certificate } as Configuration['raCertificates'][number]
  const sealing: Configuration = { ...configuration, raCertificates: [own] }
  const messages = (before: ScepProfile, update: ScepProfileUpdate): readonly string[] => {
    try {
      decideUpdate(before, sealing, update, NOW)
    } catch (error) {
      if (error instanceof AdminRefusal) return error.messages
      throw error
    }
    return []
  }

  test('S-7.3-01 a weak static challenge is refused unless it is insisted upon', () => {
    const weak = { challengePassword: 'secret secret' }
    expect(messages(profile, weak)).toEqual([expect.stringMatching(/at most 7[0-9] bits.*allowWeakChallenge/)])
    expect(messages(profile, { ...weak, allowWeakChallenge: true })).toEqual([])
    expect(messages(profile, { challengePassword: 'B7kd02LmPq93zXcv8Ty1' })).toEqual([])
    expect(messages(profile, { description: 'one-time challenges stay as they are' })).toEqual([])
  })

  test('S-7.3-01 one that was set before is told with the next change', () => {
    const before: ScepProfile = { ...withStatic, staticChallenge: new Secret('short one') }
    expect(messages(before, { description: 'new' })).toHaveLength(1)
  })
})

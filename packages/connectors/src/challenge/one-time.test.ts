import { type GeneralName, nameFromText } from '@chancery/pki'
import type { ChallengeRecord } from '@chancery/ra'
import { Secret } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { NOW, question } from '../sample-question.ts'
import { oneTimeChallenge } from './one-time.ts'

const PROFILE = 3

interface Asked {
  readonly record?: Partial<ChallengeRecord>
  readonly challenge?: string
  readonly profile?: number
  readonly subject?: string
  readonly names?: GeneralName[]
}

/** Asks with the challenge `right` of profile 3, whose record has what the test says. */
async function ask({
  record = {},
  challenge = 'right',
  profile = PROFILE,
  subject = 'CN=printer1',
  names = [],
}: Asked) {
  const known: ChallengeRecord = {
    id: 11,
    uuid: 'c-1',
    remainingUses: 1,
    expiresAt: new Date(NOW.getTime() + 1),
    revoked: false,
    subject: null,
    subjectAltNames: null,
    ...record,
  }
  const asked: string[] = []
  const validator = oneTimeChallenge({
    async find(scepProfileId, secret) {
      asked.push(secret.reveal())
      return scepProfileId === PROFILE && secret.equals(new Secret('right')) ? known : undefined
    },
  })
  const verdict = await validator.validate(
    question({
      scepProfileId: profile,
      challenge: new Secret(challenge),
      subject: nameFromText(subject),
      subjectAltNames: names,
    }),
  )
  return { verdict, asked }
}

const refusedFor = (detail: RegExp) => ({ verdict: 'refused', detail: expect.stringMatching(detail) })
/** Where no other secret is shown, and not at another profile. */
const isFound = ({ challenge, profile }: Asked) => challenge === undefined && profile === undefined
/** The one that was found is named by its UUID, also where it is refused. */
const named = { challenge: 'c-1' }
const accepted = { verdict: 'accepted', use: { challengeId: 11 }, ...named }
const dns = (value: string): GeneralName => ({ type: 'dns', value })

describe('a one-time challenge', () => {
  test('S-2.4-05 names its use, to be reserved with the transaction', async () => {
    expect((await ask({})).verdict).toEqual(accepted)
  })

  test.each<[string, Asked, RegExp]>([
    ['S-2.4-03 unknown', { challenge: 'wrong' }, /no such challenge/],
    ['S-2.4-03 of another profile', { profile: 4 }, /no such challenge/],
    ['S-2.4-06 expired, at its very end', { record: { expiresAt: NOW } }, /expired at 2026-01-15T12:00:00\.000Z/],
    ['S-2.4-03 revoked', { record: { revoked: true } }, /revoked/],
    [
      'S-2.4-09 for another subject',
      { record: { subject: 'CN=a' }, subject: 'CN=b' },
      /for subject CN=a, not for CN=b/,
    ],
    ['S-2.4-09 for part of the subject', { record: { subject: 'CN=a' }, subject: 'CN=a,O=x' }, /for subject/],
    ['S-2.4-09 for a subject that cannot be read', { record: { subject: 'no name' } }, /cannot be read/],
    ['S-2.4-09 for other names', { record: { subjectAltNames: ['DNS:a'] }, names: [dns('b')] }, /not for DNS:b/],
    [
      'S-2.4-09 for one name of two',
      { record: { subjectAltNames: ['DNS:a'] }, names: [dns('a'), dns('b')] },
      /is not for DNS:b$/,
    ],
    ['S-2.4-09 for no names at all', { record: { subjectAltNames: [] }, names: [dns('a')] }, /not for DNS:a/],
    [
      'S-2.4-09 for the same text of another type',
      { record: { subjectAltNames: ['DNS:a.example'] }, names: [{ type: 'uri', value: 'a.example' }] },
      /not for/,
    ],
  ])('%s is refused, and the administrator is told why', async (_name, asked, detail) => {
    expect((await ask(asked)).verdict).toEqual({ ...refusedFor(detail), ...(isFound(asked) && named) })
  })

  test.each<[string, Partial<ChallengeRecord>, RegExp]>([
    ['S-2.4-05 S-7-10 used up', {}, /used up/],
    ['S-7-10 used up and expired since', { expiresAt: NOW }, /expired/],
    ['S-7-10 used up and revoked since', { revoked: true }, /revoked/],
  ])('%s is refused as one that is used again', async (_name, record, detail) => {
    const { verdict } = await ask({ record: { ...record, remainingUses: 0 } })
    expect(verdict).toEqual({ ...refusedFor(detail), ...named, reused: true })
  })

  test('D-3.2.1-01 that is empty is refused without a look into the registry', async () => {
    const { verdict, asked } = await ask({ challenge: '' })
    expect(verdict).toEqual(refusedFor(/empty/))
    expect(asked).toEqual([])
  })

  test('S-2.4-09 is for its subject, whatever the case, the blanks and the string types', async () => {
    const { verdict } = await ask({ record: { subject: 'CN=Printer 1,O=Example' }, subject: 'CN=printer  1,O=EXAMPLE' })
    expect(verdict).toEqual(accepted)
  })

  test('S-2.4-09 is for its names in any order, for some of them, and for none', async () => {
    const record = { subjectAltNames: ['DNS:a.example', 'IP:10.0.0.1', 'email:a@b.example'] }
    const ip: GeneralName = { type: 'ip', value: '10.0.0.1' }
    for (const names of [[ip, dns('A.Example')], [{ type: 'email', value: 'a@B.example' } as const], []]) {
      expect((await ask({ record, names })).verdict).toEqual(accepted)
    }
  })

  test('S-2.4-10 is named in no verdict', async () => {
    for (const challenge of ['right', 'wrong-secret']) {
      const { verdict } = await ask({ challenge, record: { revoked: true } })
      expect(JSON.stringify(verdict)).not.toContain(challenge)
    }
  })
})

import { type GeneralName, nameFromText } from '@chancery/pki'
import { ScepError, Secret } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../endpoint.ts'
import type { EnrolmentRequest } from '../enrolment-request.ts'
import type { ChallengeValidator } from '../ports.ts'
import { DEFAULT_SUBJECT_RULES } from '../profile.ts'
import { DEFAULT_ENROLMENT_RULE, DEFAULT_RENEWAL_RULE, type EnrolmentRule, type RenewalRule } from '../renewal-rule.ts'
import { certificateFor, DAY, NOW, rsaKey } from '../testing/certificate.ts'
import { Trace } from '../trace.ts'
import { challenge } from './challenge.ts'
import { firstEnrolment } from './first-enrolment.ts'
import { renewalRules } from './renewal.ts'
import { secondCertificate } from './second-certificate.ts'

const [OLD_KEY, NEW_KEY] = [rsaKey(2048), rsaKey(2048)]
const NAMES: GeneralName[] = [
  { type: 'dns', value: 'printer1.example' },
  { type: 'dns', value: 'printer1' },
]
const CERTIFICATE = await certificateFor(OLD_KEY, 'CN=printer1', NAMES)
const END = CERTIFICATE.notAfter.getTime()

interface Asked {
  readonly rule?: Partial<RenewalRule>
  readonly enrolment?: Partial<EnrolmentRule>
  readonly key?: typeof OLD_KEY
  readonly names?: readonly GeneralName[]
  readonly challengePassword?: string
  readonly validator?: ChallengeValidator
  readonly now?: Date
}

/** What these checks look at; the rest of a request does not exist for them. */
function asked(options: Asked): EnrolmentRequest {
  const { rule, enrolment, key = NEW_KEY, names = NAMES, challengePassword, validator } = options
  const subject = nameFromText('CN=printer1')
  const csr = { subject, publicKey: key.publicKey }
  const shown = challengePassword === undefined ? undefined : new Secret(challengePassword)
  return {
    message: { messageType: 'RenewalReq', csr, challengePassword: shown } as unknown as EnrolmentRequest['message'],
    endpoint: {
      address: 'scepProfile/default',
      scepProfile: {
        id: 1,
        name: 'default',
        renewalThresholdDays: null,
        renewal: { ...DEFAULT_RENEWAL_RULE, ...rule },
        enrolment: { ...DEFAULT_ENROLMENT_RULE, ...enrolment },
      },
      raProfile: { id: 1, subject: DEFAULT_SUBJECT_RULES },
      issuerIds: new Set([1]),
      challenge: validator,
    } as unknown as Endpoint,
    subject,
    subjectAltNames: names,
    renews: {
      certificate: CERTIFICATE,
      entry: {
        uuid: 'old',
        der: CERTIFICATE.der,
        issuerId: 1,
        state: 'issued',
        endpoint: 'scepProfile/default',
        raProfileId: 1,
      },
    },
    now: options.now ?? new Date(END - DAY),
  }
}

const first = (options: Asked): EnrolmentRequest => ({ ...asked(options), renews: undefined })

/** The detail of the refusal; undefined when there is none. */
function refusal(options: Asked): string | undefined {
  try {
    renewalRules(asked(options))
    return undefined
  } catch (error) {
    if (error instanceof ScepError && error.reason === 'renewal_refused') return error.detail
    throw error
  }
}

describe('S-2.3-13 after its end a certificate renews', () => {
  const past = (milliseconds: number) => new Date(END + milliseconds)

  test('nothing, unless the profile grants days of grace, and then until they are over', () => {
    expect(refusal({ now: past(0) })).toBeUndefined()
    expect(refusal({ now: past(1) })).toMatch(/expired on 2027-01-15T12:00:00\.000Z$/)
    expect(refusal({ now: past(3 * DAY), rule: { graceDays: 3 } })).toBeUndefined()
    expect(refusal({ now: past(3 * DAY + 1), rule: { graceDays: 3 } })).toMatch(/until 2027-01-18T12:00:00\.000Z$/)
  })

  test('grace is no leave to renew early', () => {
    expect(refusal({ now: new Date(NOW.getTime() + DAY), rule: { graceDays: 3 } })).toMatch(/^it may be renewed from/)
  })
})

describe('S-2.5-03 names and keys of a renewal', () => {
  test('may be fewer and the same, unless the profile wants all names and a new key', () => {
    expect(refusal({ names: [], key: OLD_KEY })).toBeUndefined()
    expect(refusal({ rule: { names: 'same', key: 'new' } })).toBeUndefined()
    expect(refusal({ names: NAMES.toReversed(), rule: { names: 'same' } }), 'in any order').toBeUndefined()
    expect(refusal({ names: NAMES.slice(1), rule: { names: 'same' } })).toMatch(/^1 of the names .* are missing/)
    expect(refusal({ key: OLD_KEY, rule: { key: 'new' } })).toMatch(/the profile wants a new one$/)
  })

  test('are never more, whatever the profile says', () => {
    const names: GeneralName[] = [...NAMES, { type: 'dns', value: 'bank.example' }]
    for (const rule of [{ names: 'same' }, { names: 'subset' }] as const) {
      expect(refusal({ names, rule })).toBe('1 of the names are not in the certificate')
    }
  })
})

describe('S-2.4-14 the challenge of a renewal', () => {
  const ASKER = { kind: 'renewal', peer: undefined, idempotencyKey: Buffer.alloc(32) } as const
  const validator: ChallengeValidator = {
    validate: ({ challenge: shown }) =>
      shown.reveal() === 'right' ? { verdict: 'accepted' } : { verdict: 'refused', detail: 'unknown challenge' },
  }
  const verdict = (mode: RenewalRule['challenge'], challengePassword?: string) =>
    challenge(
      asked({ rule: { challenge: mode }, validator, ...(challengePassword && { challengePassword }) }),
      ASKER,
      new Trace(),
    ).then(
      () => 'accepted',
      (error: unknown) => (error instanceof ScepError ? error.reason : error),
    )

  test.each([
    ['ignored', 'accepted', 'accepted', 'accepted'],
    ['checked', 'accepted', 'challenge_refused', 'accepted'],
    ['required', 'challenge_refused', 'challenge_refused', 'accepted'],
  ] as const)('%s: none is %s, a wrong one %s, a right one %s', async (mode, none, wrong, right) => {
    expect([await verdict(mode), await verdict(mode, 'wrong'), await verdict(mode, 'right')]).toEqual([
      none,
      wrong,
      right,
    ])
  })

  test('that is counted is used up by a renewal that had to show it', async () => {
    const counted: ChallengeValidator = { validate: () => ({ verdict: 'accepted', use: { challengeId: 7 } }) }
    const request = asked({ rule: { challenge: 'required' }, validator: counted, challengePassword: 'right' })
    expect(await challenge(request, ASKER, new Trace())).toMatchObject({ use: { challengeId: 7 } })
  })
})

describe('S-2.5-07 where the profile takes no new devices', () => {
  test('a first enrolment is refused with an explanation, a renewal is not', () => {
    const enrolment = { first: false }
    expect(() => firstEnrolment(first({ enrolment }))).toThrow(
      expect.objectContaining({ failInfo: 'badRequest', message: expect.stringContaining('only renewed') }),
    )
    expect(() => firstEnrolment(asked({ enrolment }))).not.toThrow()
    expect(() => firstEnrolment(first({}))).not.toThrow()
  })
})

describe('S-5.2-04 a subject that has a valid certificate', () => {
  const questions: string[] = []
  const inventory = {
    hasValid: async (subject: string) => questions.push(subject) > 0,
  } as unknown as Parameters<typeof secondCertificate>[1]

  test('gets another one, and nobody looks it up, unless the profile refuses', async () => {
    await secondCertificate(first({}), inventory)
    await secondCertificate(asked({ enrolment: { secondCertificate: 'refuse' } }), inventory)
    expect(questions).toEqual([])
    const request = first({ enrolment: { secondCertificate: 'refuse' } })
    await expect(secondCertificate(request, inventory)).rejects.toMatchObject({
      reason: 'already_certified',
      failInfo: 'badRequest',
    })
    expect(questions).toEqual(['CN=printer1'])
  })
})

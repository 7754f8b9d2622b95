import { type GeneralName, type Name, nameFromText, nameToText, PkiError, sameName } from '@chancery/pki'
import type {
  ChallengeQuestion,
  ChallengeRecord,
  ChallengeRegistry,
  ChallengeValidator,
  ChallengeVerdict,
} from '@chancery/ra'
import { comparableName, comparableText } from './comparable-name.ts'

/**
 * A challenge made for one device or a counted number of them, bound to a profile and, if its maker said so, to a
 * subject and names (VU#971035: else it buys anybody's identity). This only reads; the use is reserved with the transaction.
 */
export function oneTimeChallenge(registry: Pick<ChallengeRegistry, 'find'>): ChallengeValidator {
  return {
    async validate(question) {
      const { scepProfileId, challenge } = question
      if (challenge.reveal() === '') return refused('the challenge is empty')
      const record = await registry.find(scepProfileId, challenge)
      if (record === undefined) return refused('no such challenge in this profile')
      const fault = RULES.map((rule) => rule(record, question)).find((detail) => detail !== undefined)
      const { id: challengeId, uuid } = record
      if (fault === undefined) return { verdict: 'accepted', use: { challengeId }, challenge: uuid }
      const verdict = { ...refused(`challenge ${uuid} ${fault}`), challenge: uuid }
      // Whatever else is wrong with it by now: an old captured one is told too.
      return record.remainingUses > 0 ? verdict : { ...verdict, reused: true }
    },
  }
}

/** What is wrong with a challenge, in words for the administrator; undefined: nothing. */
type Rule = (record: ChallengeRecord, question: ChallengeQuestion) => string | undefined

const RULES: readonly Rule[] = [isLive, hasUsesLeft, isForSubject, isForNames]

function isLive({ revoked, expiresAt }: ChallengeRecord, { now }: ChallengeQuestion): string | undefined {
  if (revoked) return 'was revoked'
  return now.getTime() >= expiresAt.getTime() ? `expired at ${expiresAt.toISOString()}` : undefined
}

function hasUsesLeft({ remainingUses }: ChallengeRecord): string | undefined {
  return remainingUses > 0 ? undefined : 'is used up'
}

function isForSubject({ subject: bound }: ChallengeRecord, { subject }: ChallengeQuestion): string | undefined {
  if (bound === null) return undefined
  const allowed = parsed(bound)
  if (allowed === undefined) return 'is bound to a subject that cannot be read'
  return sameName(allowed, subject) ? undefined : `is for subject ${bound}, not for ${nameToText(subject)}`
}

/** As a set: a device may leave names out, but ask for none beside those allowed. */
function isForNames({ subjectAltNames: bound }: ChallengeRecord, question: ChallengeQuestion): string | undefined {
  if (bound === null) return undefined
  const allowed = new Set(bound.map(comparableText))
  const foreign = question.subjectAltNames
    .map((name: GeneralName) => comparableName(name))
    .filter((name) => !allowed.has(name))
  return foreign.length === 0 ? undefined : `is not for ${foreign.join(', ')}`
}

function parsed(text: string): Name | undefined {
  try {
    return nameFromText(text)
  } catch (error) {
    if (error instanceof PkiError) return undefined
    throw error
  }
}

function refused(detail: string): ChallengeVerdict & { verdict: 'refused' } {
  return { verdict: 'refused', detail }
}

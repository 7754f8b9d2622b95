import type { ChallengeRegistry, ScepProfile } from '@chancery/ra'
import type { PasswordSource, Secret } from '@chancery/scep'
import type { Derivations } from '../limits/derivations.ts'

/** A message is tried with as many challenges as this, at most (design, rule 12). */
const MOST_CANDIDATES = 8

export interface PasswordLookup {
  readonly profile: ScepProfile
  /** UUID of the challenge that the address names: `…/{profile}/c/{uuid}/…`. */
  readonly challengeId: string | undefined
  readonly challenges: ChallengeRegistry
  readonly derivations: Derivations
  readonly now: Date
  /** Told when an envelope turns out to be sealed with a challenge, before one is tried. */
  readonly asked: () => void
}

/**
 * Which challenges of a profile may have sealed a message: the static one, the one that the address names, else the
 * newest that were made for it. Challenges of the other kinds are known to nobody here, so they cannot be passwords.
 */
export function passwordsOf(lookup: PasswordLookup): PasswordSource | undefined {
  const { profile, derivations, asked } = lookup
  const turn = <T>(work: () => Promise<T>): Promise<T> => derivations.turn(work)
  const told = (candidates: PasswordSource['candidates']) => () => {
    asked()
    return candidates()
  }
  const fixed = profile.challengeKind === 'static' ? profile.staticChallenge : undefined
  if (fixed !== undefined) return { candidates: told(async () => [fixed]), turn }
  return profile.challengeKind === 'one-time' ? { candidates: told(() => oneTime(lookup)), turn } : undefined
}

async function oneTime({ profile, challengeId, challenges, now }: PasswordLookup): Promise<readonly Secret[]> {
  if (challengeId === undefined) return challenges.passwords(profile.id, now, MOST_CANDIDATES)
  const named = await challenges.password(profile.id, challengeId, now)
  return named === undefined ? [] : [named]
}

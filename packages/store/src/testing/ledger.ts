import type { ChallengeUse, NewChallenge, UnitOutcome } from '@chancery/ra'
import type { Store } from '../index.ts'

/** A challenge in the store, and the use of it that a request would record. */
export async function create(store: Store, challenge: NewChallenge): Promise<ChallengeUse> {
  await store.challenges.create(challenge)
  const found = await store.challenges.find(challenge.scepProfileId, challenge.challenge)
  return { challengeId: found?.id ?? 0 }
}

/** How many uses a challenge has left. */
export async function remaining(store: Store, { scepProfileId, challenge }: NewChallenge): Promise<number | undefined> {
  return (await store.challenges.find(scepProfileId, challenge))?.remainingUses
}

/** How often each outcome came. */
export function tally(outcomes: readonly UnitOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const key = outcome.status === 'committed' ? outcome.status : outcome.on
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

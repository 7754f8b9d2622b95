import type { ScepProfileUpdate } from '@chancery/api'
import type { ChallengeKind, ScepProfile } from '@chancery/ra'

/** The kind of challenge after an update: as written, else as Intune or a challenge password imply it, else as it was. */
export function kindAfter({ challengeKind: before }: ScepProfile, update: ScepProfileUpdate): ChallengeKind {
  const { challengeKind, enableIntune, enableChallengePassword } = update
  if (challengeKind !== undefined) return challengeKind
  if (enableIntune === true) return 'intune'
  // Intune is left only by saying so: a challenge password alone would open it to whoever knows that.
  if (before === 'intune' && enableIntune === undefined) return before
  if (setsChallenge(update) || enableChallengePassword === true) return 'static'
  const isGone = before === 'intune' || (before === 'static' && enableChallengePassword === false)
  return isGone ? 'one-time' : before
}

export function setsChallenge({ challengePassword, enableChallengePassword }: ScepProfileUpdate): boolean {
  return enableChallengePassword !== false && typeof challengePassword === 'string' && challengePassword !== ''
}

/** Two ways to write the same thing must say the same. */
export function kindFaults(profile: ScepProfile, update: ScepProfileUpdate): string[] {
  const { challengeKind, enableIntune, enableChallengePassword } = update
  const contradicts =
    challengeKind !== undefined && enableIntune !== undefined && (challengeKind === 'intune') !== enableIntune
  if (contradicts) {
    return [
      `enableIntune ${enableIntune} and challengeKind ${challengeKind} contradict each other: leave one of them out.`,
    ]
  }
  if (kindAfter(profile, update) !== 'intune') return []
  return [
    ...(setsChallenge(update) || enableChallengePassword === true
      ? [
          'A static challenge and Intune exclude each other: leave challengePassword out, or send enableIntune false with it.',
        ]
      : []),
    ...((update.withoutChallenge ?? profile.waiting.withoutChallenge) === 'wait'
      ? [
          'withoutChallenge wait and Intune exclude each other, whose devices always have a challenge: send withoutChallenge refuse.',
        ]
      : []),
  ]
}

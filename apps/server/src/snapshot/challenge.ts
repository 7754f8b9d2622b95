import { oneTimeChallenge, staticChallenge } from '@chancery/connectors'
import type { ChallengeKind, ChallengeRegistry, ChallengeValidator, ScepProfile } from '@chancery/ra'

type Make = (profile: ScepProfile, registry: ChallengeRegistry) => ChallengeValidator | undefined

/** How each kind of challenge is checked; a kind without a row is not served. */
const VALIDATORS: Partial<Record<ChallengeKind, Make>> = {
  none: () => undefined,
  static: ({ staticChallenge: secret }) => staticChallenge(secret),
  'one-time': (_profile, registry) => oneTimeChallenge(registry),
}

/** `undefined` as validator: nobody is asked. */
export function challengeOf(
  profile: ScepProfile,
  registry: ChallengeRegistry,
): { readonly validator: ChallengeValidator | undefined } | 'unsupported' {
  const make = VALIDATORS[profile.challengeKind]
  return make === undefined ? 'unsupported' : { validator: make(profile, registry) }
}

import type { ChallengeValidator, ChallengeVerdict } from '@chancery/ra'
import type { Secret } from '@chancery/scep'

const NOT_CONFIGURED: ChallengeVerdict = { verdict: 'refused', detail: 'the profile has no static challenge' }
const WRONG: ChallengeVerdict = { verdict: 'refused', detail: 'wrong static challenge' }

/**
 * One secret that all devices of a profile share, compared in constant time over digests. A profile without one refuses
 * everybody, whatever they send: an empty challenge never equals an empty setting (D-3.2.1-01).
 */
export function staticChallenge(configured: Secret | undefined): ChallengeValidator {
  const isConfigured = configured !== undefined && configured.reveal() !== ''
  return {
    validate({ challenge }) {
      if (!isConfigured) return NOT_CONFIGURED
      return configured.equals(challenge) ? { verdict: 'accepted' } : WRONG
    },
  }
}

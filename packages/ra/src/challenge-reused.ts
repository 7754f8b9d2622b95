/**
 * Cause of a refusal: a challenge whose uses are all taken was sent again, for another request than the one that took
 * them. Whoever serves this raises the alarm (S-7-10); the device hears what it hears for any wrong challenge.
 */
export class ChallengeReused extends Error {
  readonly code = 'ERR_RA_CHALLENGE_REUSED'
  override readonly name = 'ChallengeReused'
}

import type { Secret } from '@chancery/scep'

/** Shorter ones fall to somebody who only types. */
export const STATIC_CHALLENGE_MINIMUM = 8

/** Below this a captured request (RFC 8894 §7.3: whoever can read it can try secrets against it) gives the secret away. */
const RECOMMENDED_BITS = 80

const CLASSES: readonly { readonly pattern: RegExp; readonly size: number }[] = [
  { pattern: /[0-9]/, size: 10 },
  { pattern: /[a-z]/, size: 26 },
  { pattern: /[A-Z]/, size: 26 },
  { pattern: /[^0-9A-Za-z]/, size: 33 },
]

/** An upper bound: what the secret would be worth if it had been drawn at random from the kinds of characters in it. */
function bitsAtMost(secret: string): number {
  const alphabet = CLASSES.reduce((sum, { pattern, size }) => sum + (pattern.test(secret) ? size : 0), 0)
  return Math.floor(secret.length * Math.log2(alphabet))
}

/**
 * A challenge that seals messages falls to whoever captured one of them and tries secrets against it at leisure, so a weak
 * one is not taken where the CA has no RSA key, unless it is insisted upon (S-7.3-01).
 */
export function sealingChallengeFaults(challenge: string, insisted: boolean): string[] {
  const bits = bitsAtMost(challenge)
  if (insisted || bits >= RECOMMENDED_BITS) return []
  return [
    `challengePassword seals the messages of this profile, whose CA has no RSA key, and is worth at most ${bits} bits: use ${RECOMMENDED_BITS} or more, or insist with allowWeakChallenge.`,
  ]
}

/** What to tell an administrator about a static challenge that works and is unwise. */
export function staticChallengeWarnings(challenge: Secret): string[] {
  const bits = bitsAtMost(challenge.reveal())
  if (bits >= RECOMMENDED_BITS) return []
  return [
    `The static challenge is worth at most ${bits} bits: use ${RECOMMENDED_BITS} or more, such as 20 random letters and digits, or one-time challenges.`,
  ]
}

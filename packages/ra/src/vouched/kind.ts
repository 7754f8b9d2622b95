import type { Endpoint } from '../endpoint.ts'
import type { ChallengeKind } from '../profile.ts'

/** Kinds of challenges of which somebody elsewhere wants to hear what becomes of each request. */
const VOUCHED_FOR: ReadonlySet<ChallengeKind> = new Set<ChallengeKind>(['intune'])

/**
 * Whether somebody vouches for each single request: then a certificate of ours vouches for none, no person decides, the
 * signer may have a key of its own, and the names are those that were vouched for.
 */
export function isVouchedFor({ scepProfile }: Pick<Endpoint, 'scepProfile'>): boolean {
  return VOUCHED_FOR.has(scepProfile.challengeKind)
}

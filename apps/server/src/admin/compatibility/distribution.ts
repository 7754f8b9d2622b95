import type { CompatibilityChoice } from '@chancery/ra'
import { resolveSwitches } from '@chancery/scep'

/**
 * Each certificate names a place for its CRL, or GetCRL delivers it: one way there must be (S-2.7-02). Without a public
 * URL certificates name none.
 */
export function distributionFaults(
  before: CompatibilityChoice,
  after: CompatibilityChoice,
  publicUrl: string | undefined,
): string[] {
  const serves = ({ profile, overrides }: CompatibilityChoice) => resolveSwitches(profile, overrides).getCrl
  if (publicUrl !== undefined || serves(after) || !serves(before)) return []
  return [
    'getCrl cannot be switched off while CHANCERY_PUBLIC_URL is not set: certificates name no CRL then, and nobody could get it.',
  ]
}

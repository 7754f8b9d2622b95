import type { CompatibilityUpdate } from '@chancery/api'
import type { CompatibilityChoice } from '@chancery/ra'
import { CompatibilityError, resolveCompatibility } from '@chancery/scep'
import { AdminRefusal } from '../admin-refusal.ts'
import { distributionFaults } from './distribution.ts'

/** The choice after an update. @throws {AdminRefusal} 422 with every unknown name and impossible value */
export function decideCompatibility(
  before: CompatibilityChoice,
  update: CompatibilityUpdate,
  publicUrl: string | undefined,
): CompatibilityChoice {
  const after = { profile: update.profile ?? before.profile, overrides: update.overrides ?? before.overrides }
  try {
    resolveCompatibility(after.profile, after.overrides)
  } catch (error) {
    if (error instanceof CompatibilityError)
      throw new AdminRefusal(
        422,
        error.faults.map((fault) => `${fault}.`),
      )
    throw error
  }
  const faults = distributionFaults(before, after, publicUrl)
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  return after
}

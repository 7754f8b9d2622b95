import type { CompatibilityUpdate } from '@chancery/api'
import type { CompatibilityChoice } from '@chancery/ra'
import { CompatibilityError, resolveCompatibility } from '@chancery/scep'
import { AdminRefusal } from '../admin-refusal.ts'

/** The choice after an update. @throws {AdminRefusal} 422 with every unknown name and impossible value */
export function decideCompatibility(before: CompatibilityChoice, update: CompatibilityUpdate): CompatibilityChoice {
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
  return after
}

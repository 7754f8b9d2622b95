import type { SetupDocument } from '@chancery/api'
import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { newContradictions } from '../admin/intune/contradictions.ts'
import type { RaCertificateContext } from '../ra-certificates/issue.ts'
import { draftAuthorities } from './authorities.ts'
import { Draft } from './draft.ts'
import { refuseTwins } from './named.ts'
import { type HasIssued, prune } from './prune.ts'
import { activateRaProfiles, draftRaProfiles } from './ra-profiles.ts'
import { draftScepProfiles } from './scep-profiles.ts'
import { withoutNoOps } from './without-no-ops.ts'

/**
 * The edits that make a configuration what a document says: those that change something. Authorities first, then what stands
 * on them; a SCEP profile is made before SCEP is switched on with it.
 * @param pruning given: what is not in the document is deleted
 * @throws {AdminRefusal} 422 with everything that is wrong, each under the name of its thing
 */
export async function draftSetup(
  before: Configuration,
  document: SetupDocument,
  context: RaCertificateContext,
  pruning?: HasIssued,
): Promise<ConfigurationEdit[]> {
  refuseTwins(document.authorities ?? [], 'authorities')
  refuseTwins(document.raProfiles ?? [], 'RA profiles')
  refuseTwins(document.scepProfiles ?? [], 'SCEP profiles')
  const draft = new Draft(before, context.now)
  await draftAuthorities(draft, document, context)
  await draftRaProfiles(draft, document, context)
  await draftScepProfiles(draft, document, context)
  await activateRaProfiles(draft, document)
  if (pruning !== undefined) await prune(draft, document, pruning)
  const faults = [...draft.faults, ...newContradictions(before, draft.configuration)]
  if (faults.length > 0) throw new AdminRefusal(422, [...new Set(faults)])
  return withoutNoOps(before, draft.edits)
}

import type { Configuration } from '@chancery/ra'
import { type Asking, narrowing } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { readUuidCursor } from '../cursor.ts'

const ITEMS_PER_PAGE = 100
/** No profile has it. */
const NOBODY = 0

/** What the queries for decisions and for transactions have in common. */
export interface CommonQuery {
  readonly scepProfile?: string
  readonly raProfile?: string
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
  readonly itemsPerPage?: string
}

/** @throws {AdminRefusal} 422 */
export function commonQuery(query: CommonQuery, asking: Asking, configuration: Configuration) {
  const { scepProfile, raProfile, from, to, cursor, itemsPerPage } = query
  return {
    scepProfileId: idOf(configuration.scepProfiles, scepProfile),
    raProfileId: idOf(configuration.raProfiles, raProfile),
    from: timeOf('from', from),
    to: timeOf('to', to),
    reach: narrowing(asking, configuration),
    before: cursor === undefined ? undefined : readUuidCursor(cursor),
    limit: Number(itemsPerPage ?? ITEMS_PER_PAGE),
  }
}

/** One that is not there has nothing: what somebody asks for by name may have been deleted since. */
function idOf(profiles: readonly { readonly id: number; readonly name: string }[], name: string | undefined) {
  return name === undefined ? undefined : (profiles.find((profile) => profile.name === name)?.id ?? NOBODY)
}

function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new AdminRefusal(422, [`${field} is no time that there is.`])
  return time
}

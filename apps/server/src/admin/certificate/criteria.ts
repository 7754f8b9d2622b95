import type { listCertificates, QueryOf } from '@chancery/api'
import type { CertificateCriteria } from '@chancery/store'
import type { Caller } from '../../auth/caller.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { readMoment } from '../moment.ts'

/** More would be looked up one by one. */
const MOST_WORDS = 16

type Filters = Omit<QueryOf<typeof listCertificates>, 'cursor' | 'itemsPerPage'>

/** What a list, a search or an export means, narrowed to what the caller may see. @throws {AdminRefusal} 422 */
export function criteriaOf(filters: Filters, caller: Caller): CertificateCriteria {
  const { expiresBefore, expiresAfter, ...rest } = filters
  const faults: string[] = []
  const time = (name: string, text: string | undefined) => {
    const moment = text === undefined ? undefined : readMoment(text)
    if (text !== undefined && moment === undefined) faults.push(`${name} is no day of the calendar.`)
    return moment
  }
  for (const name of ['search', 'subject'] as const) {
    const words = filters[name]?.split(/\s+/) ?? []
    if (words.length > MOST_WORDS) faults.push(`${name} must be at most ${MOST_WORDS} words.`)
  }
  const times = {
    expiresBefore: time('expiresBefore', expiresBefore),
    expiresAfter: time('expiresAfter', expiresAfter),
  }
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  const reach = caller.reach('certificate.read')
  return { ...rest, ...times, ...(reach !== 'everywhere' && { scope: reach ?? { raProfiles: [], scepProfiles: [] } }) }
}

import type { listAuditEvents, QueryOf } from '@chancery/api'
import type { AuditFilter } from '@chancery/store'
import { AdminRefusal } from '../admin-refusal.ts'

type Asked = Omit<QueryOf<typeof listAuditEvents>, 'cursor' | 'itemsPerPage'>

/** @throws {AdminRefusal} 422 */
export function auditFilterOf({ from, to, objectUuid, q, ...asked }: Asked): AuditFilter {
  return {
    ...asked,
    objectUuid: objectUuid?.toLowerCase(),
    from: timeOf('from', from),
    to: timeOf('to', to),
    text: q,
  }
}

function timeOf(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new AdminRefusal(422, [`${name} is no date that there is.`])
  return time
}

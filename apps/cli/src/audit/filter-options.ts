import type { listAuditEvents, QueryOf } from '@chancery/api'
import { Option } from 'commander'

type Query = QueryOf<typeof listAuditEvents>

export interface FilterOptions {
  readonly actor?: string
  readonly action?: string
  readonly object?: string
  readonly objectKind?: string
  readonly outcome?: 'done' | 'refused' | 'failed'
  readonly source?: string
  readonly correlationId?: string
  readonly transactionId?: string
  readonly from?: string
  readonly to?: string
  readonly search?: string
}

export const filterOptions = (): Option[] => [
  new Option('--actor <name>', 'of this user, token or job'),
  new Option('--action <noun.verb>', 'such as token.create; "token." for everything about tokens'),
  new Option('--object <uuid or name>', 'done to this'),
  new Option('--object-kind <noun>', 'done to one of these, such as scepProfile'),
  new Option('--outcome <outcome>', 'how it ended').choices(['done', 'refused', 'failed']),
  new Option('--source <address>', 'from this address'),
  new Option('--correlation-id <id>', 'that the log or a device was told'),
  new Option('--transaction-id <id>', 'of a SCEP transaction'),
  new Option('--from <time>', 'not before: 2026-03-01 or 2026-03-01T12:00:00Z'),
  new Option('--to <time>', 'before'),
  new Option('--search <text>', 'somewhere in the name of whoever did it or of what it was done to'),
]

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What the server is asked; it says what is wrong with a value. */
export function filterOf(options: FilterOptions): Query {
  const { object, search, actor, action, objectKind, outcome, source, correlationId, transactionId, from, to } = options
  const given = {
    actor,
    action,
    objectKind,
    outcome,
    source,
    correlationId,
    transactionId,
    from,
    to,
    q: search,
    ...(object === undefined ? {} : { [UUID.test(object) ? 'objectUuid' : 'objectName']: object }),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Query
}

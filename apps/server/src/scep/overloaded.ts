import { type Answer, line, type Report } from './answer.ts'

const RETRY_AFTER_OVERLOAD_SECONDS = 5

/** HTTP 503: as much is in work as may be, in the process or for the profile that the report names. */
export function overloaded(of: Partial<Report> = {}): Answer {
  const report = { operation: 'PKIOperation', outcome: 'unavailable', reason: 'overload', ...of } as const
  const answer = line(503, 'Too many requests are waiting; ask again later.', report)
  return { ...answer, retryAfterSeconds: RETRY_AFTER_OVERLOAD_SECONDS }
}

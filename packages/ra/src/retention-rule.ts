/** How many days something that is not needed any more can still be read. */
export interface RetentionRule {
  /** What was decided about SCEP requests. */
  readonly decisionDays: number
  /** Refusals of requests that nothing vouched for; their room is bounded too. */
  readonly refusalDays: number
  /** Transactions that are over; one whose certificate is valid is never over. */
  readonly transactionDays: number
  /** Runs of jobs. */
  readonly jobRunDays: number
  readonly auditDays: number
}

export const DEFAULT_RETENTION: RetentionRule = {
  decisionDays: 365,
  refusalDays: 30,
  transactionDays: 365,
  jobRunDays: 90,
  auditDays: 3650,
}

/** Before that moment it is removed. */
export function keptSince(days: number, now: Date): Date {
  return new Date(now.getTime() - days * DAY)
}

const DAY = 86_400_000

import type { ServedEndpoint } from '../context.ts'
import { type Answer, line, type Report } from './answer.ts'
import { endpointReport } from './report.ts'

const TEXT = {
  too_many_refusals: 'Too many of the last requests were refused; ask again later.',
  too_many_requests: 'Too many requests came from your network; ask again later.',
  polls_too_often: 'This was asked too often; ask again later.',
} as const

/** HTTP 429: a limit is reached, and nothing was done (design, rule 18). */
export function comeLater(
  retryAfterSeconds: number,
  reason: keyof typeof TEXT,
  served: ServedEndpoint,
  message: Partial<Report> = {},
): Answer {
  const report = {
    operation: 'PKIOperation',
    outcome: 'limited',
    reason,
    see: 'docs/operate/limits.md',
    ...endpointReport(served),
    ...message,
  } as const
  return { ...line(429, TEXT[reason], report), retryAfterSeconds }
}

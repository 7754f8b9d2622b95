import type { EndpointAnswer, ServedEndpoint } from '../context.ts'
import { whyExpired } from '../snapshot/problems.ts'
import { type Answer, line, type Report } from './answer.ts'
import type { Operation } from './operation.ts'
import { endpointReport } from './report.ts'

/** What is served at an address, or the answer that says why nothing is. */
export function endpointOr(found: EndpointAnswer, operation: Operation, now: Date): ServedEndpoint | Answer {
  if ('refused' in found) {
    const { refused, status } = found
    return line(status, refused, { operation, outcome: 'rejected', reason: 'endpoint', detail: refused })
  }
  const { served } = found
  const sentence = whyExpired(served, now)
  if (sentence === undefined) return served
  const report: Report = {
    operation,
    outcome: 'rejected',
    reason: 'endpoint',
    detail: sentence,
    ...endpointReport(served),
  }
  return line(403, sentence, report)
}

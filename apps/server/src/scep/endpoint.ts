import type { EndpointAnswer, ServedEndpoint } from '../context.ts'
import { isWithin } from '../http/network.ts'
import { printable } from '../log/printable.ts'
import { whyExpired } from '../snapshot/problems.ts'
import { type Answer, line, type Report } from './answer.ts'
import type { Operation } from './operation.ts'
import { endpointReport } from './report.ts'

/** What is served at an address, or the answer that says why nothing is. */
export function endpointOr(
  found: EndpointAnswer,
  operation: Operation,
  now: Date,
  peer: string,
): ServedEndpoint | Answer {
  if ('refused' in found) {
    const { refused, status } = found
    return line(status, refused, { operation, outcome: 'rejected', reason: 'endpoint', detail: refused })
  }
  const { served } = found
  const { allowedNetworks } = served
  if (allowedNetworks !== undefined && !isWithin(allowedNetworks, peer)) return notFromThere(served, operation, peer)
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

/** The device is not told from where it could ask. */
function notFromThere(served: ServedEndpoint, operation: Operation, peer: string): Answer {
  const { name } = served.endpoint.scepProfile
  const report: Report = {
    operation,
    outcome: 'rejected',
    reason: 'network',
    detail: `${printable(peer)} is in none of the allowed networks of SCEP profile "${name}"`,
    see: 'docs/operate/limits.md',
    ...endpointReport(served),
  }
  return line(403, 'This address is not served from your network.', report)
}

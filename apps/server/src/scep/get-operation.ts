import type { PublishedCertificates, ServedEndpoint, ServerContext } from '../context.ts'
import { type Answer, line } from './answer.ts'
import { endpointOr } from './endpoint.ts'
import type { FindEndpoint } from './find-endpoint.ts'
import { type Operation, UNKNOWN_OPERATION } from './operation.ts'
import { endpointReport } from './report.ts'

type CertificateOperation = Exclude<Operation, 'PKIOperation'>

/** Whatever `message` a client sends along, nothing here looks at it (S-3.5.1-01, S-4.2-01). */
const BODIES: Readonly<
  Record<
    CertificateOperation,
    (served: ServedEndpoint, now: Date) => PublishedCertificates | Promise<PublishedCertificates> | undefined
  >
> = {
  GetCACaps: ({ capabilities }) => ({ type: 'text/plain', body: capabilities }),
  GetCACert: ({ caCertificates }) => caCertificates,
  GetCACertChain: ({ caCertificateChain }) => caCertificateChain,
  GetNextCACert: ({ nextCaCertificates }, now) => nextCaCertificates?.(now),
}

/** What devices ask before they enrol. */
export async function answerGetOperation(
  operation: CertificateOperation,
  find: FindEndpoint,
  { snapshots, now }: ServerContext,
  peer: string,
): Promise<Answer> {
  const served = endpointOr(find(await snapshots.current()), operation, now(), peer)
  if ('status' in served) return served
  const found = await BODIES[operation](served, now())
  if (found === undefined) {
    const { status, text, reason } = operation === 'GetCACertChain' ? NO_CHAIN : NO_NEXT_CA
    return line(status, text, { operation, outcome: 'rejected', reason, ...endpointReport(served) })
  }
  return { status: 200, ...found, report: { operation, outcome: 'served', ...endpointReport(served) } }
}

/** S-4.7.1-07: there is no reply that says "none". */
const NO_NEXT_CA = { status: 404, text: 'There is no next CA certificate.', reason: 'no_next_ca' }
/** D-11-01: as for an operation that nobody knows. */
const NO_CHAIN = { status: 400, text: UNKNOWN_OPERATION, reason: 'unknown_operation' }

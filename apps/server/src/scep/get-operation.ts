import type { PublishedCertificates, ServedEndpoint, ServerContext } from '../context.ts'
import { type Answer, line } from './answer.ts'
import { endpointOr } from './endpoint.ts'
import type { FindEndpoint } from './find-endpoint.ts'
import type { Operation } from './operation.ts'
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
  GetNextCACert: ({ nextCaCertificates }, now) => nextCaCertificates?.(now),
}

/** What devices ask before they enrol. */
export async function answerGetOperation(
  operation: CertificateOperation,
  find: FindEndpoint,
  { snapshots, now }: ServerContext,
): Promise<Answer> {
  const served = endpointOr(find(await snapshots.current()), operation, now())
  if ('status' in served) return served
  const found = await BODIES[operation](served, now())
  // S-4.7.1-07: there is no reply that says "none".
  if (found === undefined) {
    const report = { operation, outcome: 'rejected', reason: 'no_next_ca', ...endpointReport(served) } as const
    return line(404, 'There is no next CA certificate.', report)
  }
  return { status: 200, ...found, report: { operation, outcome: 'served', ...endpointReport(served) } }
}

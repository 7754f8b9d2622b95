import type { CertificateHistory } from '@chancery/api'
import type { CertificateEntry, RequestOfCertificate, StandingChange } from '@chancery/store'
import { subjectOf } from './entry-to-wire.ts'

type Event = CertificateHistory['events'][number]

/** What happened to a certificate, the oldest first. */
export function eventsOf(
  entry: CertificateEntry,
  request: RequestOfCertificate | undefined,
  changes: readonly StandingChange[],
  line: readonly CertificateEntry[],
): Event[] {
  const event = (at: Date, kind: Event['kind'], more: Partial<Event> = {}): Event => ({
    at: at.toISOString(),
    kind,
    by: null,
    reason: null,
    certificateUuid: null,
    ...more,
  })
  const decisions = request?.decisions ?? []
  const events = [
    ...(request === undefined ? [] : [event(request.at, 'requested', { by: request.requestedBy })]),
    ...decisions.flatMap(({ decision, at, by, comment }) =>
      decision === 'expired' ? [] : [event(at, decision, { by, reason: comment })],
    ),
    event(entry.createdAt, 'issued'),
    ...line
      .filter(({ predecessor }) => predecessor === entry.uuid)
      .map((successor) => event(successor.createdAt, 'renewed', { certificateUuid: successor.uuid })),
    ...changes.map(({ kind, at, reason }) => event(at, kind, { reason: reason ?? null })),
  ]
  // Sorting keeps the order of what happened in the same moment.
  return events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

export function lineToWire(line: readonly CertificateEntry[]): CertificateHistory['line'] {
  return line.map((entry) => ({
    uuid: entry.uuid,
    state: entry.state,
    subject: subjectOf(entry),
    serialNumber: entry.serial,
    notBefore: entry.notBefore.toISOString(),
    notAfter: entry.notAfter.toISOString(),
    predecessorUuid: entry.predecessor,
  }))
}

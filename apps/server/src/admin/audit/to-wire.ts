import type { AuditEvent, AuditProblem, AuditVerification } from '@chancery/api'
import type { AuditEntry, AuditHead, AuditProblem as Problem, AuditVerification as Verification } from '@chancery/store'

export function auditEventToWire({ seq, event }: AuditEntry): AuditEvent {
  const { uuid, at, actor, action, object, outcome, correlationId = null, detail } = event
  return {
    uuid,
    seq: seq ?? null,
    at: at.toISOString(),
    actor: { kind: actor.kind, name: actor.name, role: actor.role ?? null, source: actor.source ?? null },
    action,
    object: object === undefined ? null : { kind: object.kind, uuid: object.uuid ?? null, name: object.name ?? null },
    outcome,
    correlationId,
    detail,
  }
}

export function verificationToWire(found: Verification): AuditVerification {
  const { events, checkpoint, head, heads, unchained, problems, problemCount } = found
  return {
    verified: problemCount === 0,
    events,
    checkpoint: checkpoint === undefined ? null : headToWire(checkpoint),
    head: headToWire(head),
    headsCompared: heads.compared,
    headsTooOld: heads.tooOld,
    unchained: { count: unchained.count, oldestAt: unchained.oldestAt?.toISOString() ?? null },
    problemCount,
    problems: problems.map(problemToWire),
  }
}

function problemToWire(problem: Problem): AuditProblem {
  const { kind, seq, lastSeq, uuid, segment } = problem
  return {
    kind,
    seq: seq ?? null,
    lastSeq: lastSeq ?? null,
    uuid: uuid ?? null,
    segment: segment ?? null,
    message: SENTENCES[kind](problem),
  }
}

function headToWire({ seq, head }: AuditHead) {
  return { seq, head: head.toString('hex') }
}

const range = ({ seq, lastSeq }: Problem) =>
  lastSeq === undefined || lastSeq === seq ? `event ${seq}` : `events ${seq} to ${lastSeq}`

const SENTENCES: Readonly<Record<Problem['kind'], (problem: Problem) => string>> = {
  'event-changed': ({ seq, uuid }) =>
    seq === undefined
      ? `The event ${uuid}, which has no place in the chain yet, was changed, or was not written by Chancery.`
      : `Event ${seq} (${uuid}) was changed, or was not written by Chancery.`,
  'events-missing': (problem) => `Missing: ${range(problem)}.`,
  'number-twice': ({ seq, uuid }) => `There are two events ${seq}; one of them is ${uuid}.`,
  'order-changed': (problem) =>
    `Of ${range(problem)} some are not those that were chained there, or not in this order: events were exchanged or removed and the others moved up.`,
  'events-unsealed': (problem) =>
    `No segment vouches for ${range(problem)}: it was removed, or the events were put there.`,
  'segment-changed': ({ segment }) => `Segment ${segment} of the chain was changed, or was not written by Chancery.`,
  'segments-missing': ({ segment }) => `Segments of the chain are missing, from number ${segment} on.`,
  'segment-misplaced': ({ segment }) => `Segment ${segment} does not go on from the one before it.`,
  'checkpoint-changed': () => 'The checkpoint that retention left was changed, or was not written by Chancery.',
  'head-differs': ({ seq }) =>
    `At event ${seq} the log is another one than when the head was kept: events up to there were removed or replaced.`,
  'head-beyond-end': ({ seq }) =>
    `A head was kept of event ${seq}, and the log ends before it: its newest events were removed.`,
}

import { type AuditEvent, type DecisionRecord, uuidV7 } from '@chancery/ra'
import type { Sketch } from './sketch.ts'

/** The types of messages by which a device asks for a certificate. */
const ASKS: ReadonlySet<string | null> = new Set(['PKCSReq', 'RenewalReq', 'CertPoll'])

/**
 * That a device which a challenge or a certificate of ours vouched for was refused. Of others nothing is audited: anybody
 * could fill the log (design, rule 8).
 */
export function refusedEvent({ answer }: Sketch, record: DecisionRecord): AuditEvent | undefined {
  const { at, peer, correlationId, transactionId, transaction, endpoint, failInfo, reason, challenge } = record
  if (record.outcome !== 'refused' || !ASKS.has(record.messageType)) return undefined
  const { signer = 'unknown', detail } = answer.report
  return {
    uuid: uuidV7(at),
    at,
    actor: { kind: 'device', name: signer, ...(peer === null ? {} : { source: peer }) },
    action: 'certificate.issue',
    ...(record.subject === null ? {} : { object: { kind: 'certificate', name: record.subject } }),
    outcome: 'refused',
    correlationId,
    detail: {
      transactionId,
      ...(transaction === null ? {} : { transaction }),
      endpoint,
      failInfo,
      reason,
      ...(detail === undefined ? {} : { why: detail }),
      ...(challenge === null ? {} : { challenge }),
    },
  }
}

import { type AuditEvent, type Decision, type NewWaiting, uuidV7, type WaitingRequest } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { spendReservedUse } from '../challenge-write.ts'
import { fromDate, fromText } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Statement, Values } from '../statement.ts'
import type { Write } from '../unit.ts'
import { insertApproval, ROOM, retakeChallenge, takeReturnedUse, type Unvouched } from './write.ts'

/** Pieces of the units of the queue. */

export function write(statement: Statement, values: Values): Write {
  return { statement, values, otherwise: 'state' }
}

/** The values by which a decision is written down, and the transaction found that it is about. */
export function valuesOf({ uuid }: Pick<WaitingRequest, 'uuid'>, decision: Decision): Values {
  return {
    transaction: uuid,
    approval: decision.uuid,
    decision: decision.decision,
    comment: decision.comment === null ? null : fromText(decision.comment),
    by: fromText(decision.by),
    role: decision.role === null ? null : fromText(decision.role),
    now: fromDate(decision.at),
  }
}

/** With its event: what came of it is told by the state of the request, and by the events of its certificate. */
export function record(
  keys: StoreKeys,
  request: Pick<WaitingRequest, 'uuid'> & Partial<WaitingRequest>,
  decision: Decision,
  reason?: string,
): Write[] {
  return [write(insertApproval, valuesOf(request, decision)), ...writeAudit(keys, [eventOf(request, decision, reason)])]
}

const ACTIONS = { approved: 'approval.approve', rejected: 'approval.reject', expired: 'approval.expire' } as const

function eventOf(
  { uuid, subject, transactionId, endpoint }: Pick<WaitingRequest, 'uuid'> & Partial<WaitingRequest>,
  { decision, comment, by, role, at, actor }: Decision,
  reason?: string,
): AuditEvent {
  return {
    uuid: uuidV7(at),
    at,
    actor: actor ?? { kind: decision === 'expired' ? 'job' : 'user', name: by, ...(role !== null && { role }) },
    action: ACTIONS[decision],
    object: { kind: 'approval', uuid, ...(subject !== undefined && { name: subject }) },
    outcome: 'done',
    detail: { comment, transactionId, endpoint, reason },
  }
}

/** Requests that nothing vouches for are let in as long as there is room. */
export function requireRoom(caps: NewWaiting['caps'], values: Values, state: Unvouched = 'awaiting_approval'): Write[] {
  if (caps === undefined) return []
  const { mostWaiting, mostWaitingPerSource } = caps
  const counted = { ...values, mostWaiting, mostWaitingPerSource }
  return [
    { statement: ROOM[state].inAll, values: counted, otherwise: 'caps' },
    { statement: ROOM[state].ofSource, values: counted, otherwise: 'caps' },
  ]
}

/** Where an attempt failed before, the use went back to its challenge and is taken again. */
export function takeUse({ uuid, challengeUse }: WaitingRequest, use: 'reserved' | 'spent', { at }: Decision): Write[] {
  const values = { transaction: uuid, use, now: fromDate(at) }
  if (challengeUse === 'returned') {
    return [
      { statement: retakeChallenge, values, otherwise: 'challenge' },
      { statement: takeReturnedUse, values, otherwise: 'challenge' },
    ]
  }
  return challengeUse === 'reserved' && use === 'spent' ? [spendReservedUse(uuid, at)] : []
}

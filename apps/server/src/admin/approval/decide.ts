import {
  type ApprovalOutcome,
  approve,
  ConfigurationChanged,
  type Decided,
  reject,
  type WaitingRequest,
} from '@chancery/ra'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext, Snapshot } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { BLANK_SCEP_PROFILE } from '../scep-profile/blank.ts'

const ATTEMPTS = 3

/** Carries a person's consent out. @throws {AdminRefusal} with what came in between */
export async function approveWaiting(
  context: ServerContext,
  uuid: string,
  decided: Decided,
  caller: Caller,
): Promise<void> {
  const outcome = await onNewest(context, (snapshot) =>
    approve(uuid, decided, (waiting) => serviceOf(waiting, snapshot), context.store, context.now()),
  )
  report(context, uuid, outcome, caller)
  switch (outcome.status) {
    case 'issued':
    case 'ordered':
    case 'agreed':
      return
    case 'repeated':
      throw new AdminRefusal(409, [
        `${caller.name} has approved this request already, and counts once. ${missingText(outcome.missing)}`,
      ])
    case 'not_counted':
      throw new AdminRefusal(403, [
        `Here the consent of the role ${outcome.role} is asked for, and ${caller.name} is ${decided.role}. The request goes on waiting.`,
      ])
    case 'own_request':
      throw new AdminRefusal(403, [
        `${caller.name} has asked for this certificate, and nobody approves his own request. Let somebody else decide; it goes on waiting.`,
      ])
    case 'unknown':
      throw notFound()
    case 'decided':
      throw alreadyDecided(outcome.waiting)
    case 'not_served':
      throw new AdminRefusal(409, [`${outcome.because} The request goes on waiting.`])
    case 'denied':
      throw new AdminRefusal(409, [
        `The request breaks a rule by now and is denied: ${outcome.error.detail ?? outcome.error.message}.`,
      ])
    case 'challenge_gone':
      throw new AdminRefusal(409, [
        'The challenge of this request was given back when it could not be signed, and another request has used it. Reject this one, and let the device ask with a new challenge.',
      ])
    case 'failed':
      throw new AdminRefusal(503, [
        `The certificate could not be signed; the log tells why, under ${uuid}. The request is kept: approve it again once that is mended.`,
      ])
  }
}

/** @throws {AdminRefusal} 404, 409 */
export async function rejectWaiting(context: ServerContext, uuid: string, decided: Decided): Promise<void> {
  const outcome = await reject(uuid, decided, context.store, context.now())
  if (outcome.status === 'unknown') throw notFound()
  if (outcome.status === 'decided') throw alreadyDecided(outcome.waiting)
  context.log.info({ transaction: uuid, by: decided.by, comment: decided.comment }, 'request rejected')
}

export function notFound(): AdminRefusal {
  return new AdminRefusal(404, ['There is no request with this UUID that waits or has waited for a person.'])
}

async function onNewest(
  { snapshots }: ServerContext,
  work: (snapshot: Snapshot) => Promise<ApprovalOutcome>,
): Promise<ApprovalOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await work(attempt === 0 ? await snapshots.current() : await snapshots.refresh())
    } catch (error) {
      if (!(error instanceof ConfigurationChanged)) throw error
    }
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}

/**
 * The transaction keeps the profiles that it began with, wherever its address leads by now, and the generation of the CA
 * that it asked, as long as that issues.
 */
function serviceOf({ endpoint, scepProfileId, raProfileId, issuerId }: WaitingRequest, snapshot: Snapshot) {
  if (scepProfileId === BLANK_SCEP_PROFILE.id) return snapshot.forPeople(raProfileId)
  const found = snapshot.service(endpoint, scepProfileId, raProfileId)
  if (!('served' in found)) return found.refused
  const { served } = found
  const asked = snapshot.configuration.raCertificates.find(
    (record) => record.scepProfileId === scepProfileId && record.issuerId === issuerId,
  )
  return ((asked && served.otherServices.get(asked.uuid)) ?? served).endpoint
}

/** Issue is logged here, and delivery with the poll that brings it (RFC 8894 §7.4). */
function report({ log }: ServerContext, uuid: string, outcome: ApprovalOutcome, caller: Caller): void {
  const { status } = outcome
  const fields = { transaction: uuid, outcome: status, by: caller.name }
  if (status === 'failed') log.error({ ...fields, err: outcome.cause }, 'request approved, but not signed')
  else if (status === 'denied') {
    const { reason, detail } = outcome.error
    log.warn({ ...fields, reason, detail }, 'request approved, but denied by a rule')
  } else if (status === 'issued' || status === 'ordered') log.info(fields, 'request approved')
  else if (status === 'agreed')
    log.info({ ...fields, missing: outcome.missing }, 'request approved, and others must too')
}

function missingText(missing: number): string {
  return missing === 1 ? 'One more must approve it: somebody else.' : `${missing} more must approve it: others.`
}

function alreadyDecided({ state, decision, expiresAt }: WaitingRequest): AdminRefusal {
  // Also where some had agreed already.
  if (state === 'awaiting_approval') {
    return new AdminRefusal(409, [`This request expired at ${expiresAt?.toISOString()}; let the device send it again.`])
  }
  if (decision === undefined) {
    return new AdminRefusal(409, ['There is nothing to decide about this request any more.'])
  }
  const { by, at } = decision
  return new AdminRefusal(409, [
    `This request was ${decision.decision} already, by ${by} at ${at.toISOString()}; it is ${state}.`,
  ])
}

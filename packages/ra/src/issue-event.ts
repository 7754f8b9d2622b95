import type { AuditActor, AuditEvent } from './audit-event.ts'
import type { Origin } from './origin.ts'
import type { Identity, NewCertificate } from './ports.ts'
import { uuidV7 } from './uuid.ts'

/** Who asked for a certificate, and what stood behind it, as the audit log tells it. */
export interface Applicant {
  /** UUID. */
  readonly transaction: string
  readonly identity: Pick<Identity, 'endpoint' | 'transactionId' | 'signerDigest'>
  readonly origin: Origin
  /** Its name, where that is known to the one who finishes. */
  readonly raProfile?: string | undefined
  /** UUID of the challenge. */
  readonly challenge?: string | undefined
  /** Who asked for it over the administration; undefined: the device itself. */
  readonly requestedBy?: AuditActor | undefined
  /** Who agreed. */
  readonly approvedBy?: readonly string[] | undefined
}

/** For the unit that writes the certificate: neither is there without the other. */
export function issueEvent({ uuid, prepared, predecessor }: NewCertificate, who: Applicant, now: Date): AuditEvent {
  const { raProfile, challenge, approvedBy } = who
  return {
    ...eventOf(who, now),
    action: predecessor === undefined ? 'certificate.issue' : 'certificate.renew',
    object: { kind: 'certificate', uuid, name: prepared.subject },
    detail: {
      ...transactionDetail(who),
      serialNumber: prepared.serialNumber.toString('hex'),
      ...(raProfile === undefined ? {} : { raProfile }),
      ...(predecessor === undefined ? {} : { renews: predecessor }),
      ...(challenge === undefined ? {} : { challenge }),
      ...(approvedBy === undefined ? {} : { approvedBy }),
    },
  }
}

/** For the unit that puts a request before a person. */
export function waitEvent(subject: string, who: Applicant, now: Date): AuditEvent {
  const { transaction, raProfile, challenge } = who
  return {
    ...eventOf(who, now),
    action: 'approval.request',
    object: { kind: 'approval', uuid: transaction, name: subject },
    detail: {
      ...transactionDetail(who),
      ...(raProfile === undefined ? {} : { raProfile }),
      ...(challenge === undefined ? {} : { challenge }),
    },
  }
}

function eventOf({ identity, origin, requestedBy }: Applicant, now: Date) {
  const { peer, correlationId } = origin
  const device = {
    kind: 'device',
    name: identity.signerDigest.toString('hex'),
    ...(peer === undefined ? {} : { source: peer }),
  } as const
  return {
    uuid: uuidV7(now),
    at: now,
    actor: requestedBy ?? device,
    outcome: 'done',
    ...(correlationId === undefined ? {} : { correlationId }),
  } as const
}

function transactionDetail({ transaction, identity }: Applicant) {
  const { transactionId, endpoint } = identity
  return { transactionId, transaction, endpoint }
}

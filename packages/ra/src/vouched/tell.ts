import type { AuditActor, AuditEvent } from '../audit-event.ts'
import { uuidV7 } from '../uuid.ts'
import type { NoticeOutcome, Voucher } from '../voucher.ts'
import type { HeldCertificate, ToldNames, VouchedRequests } from './vouched-requests.ts'

/** What came of telling. */
export type Told =
  /** With the certificate as it stands in the store. */
  | { readonly status: 'released'; readonly certificate: Buffer }
  | { readonly status: 'held'; readonly detail: string }
  /** Somebody else has told him, or has given it up. */
  | { readonly status: 'overtaken' }

const FIRST_SECONDS = 60
const MOST_SECONDS = 3600

/**
 * Tells whoever vouched what was issued, and lets the certificate go once he has acknowledged it. No transaction of the
 * database is open while he is told. Two may tell him of one certificate: he takes the same notice twice.
 */
export async function tell(
  held: HeldCertificate,
  voucher: Voucher,
  vouched: VouchedRequests,
  by: { readonly actor: AuditActor; readonly now: Date },
): Promise<Told> {
  const { transactionId, csr, certificate } = held
  const outcome = await outcomeOf(voucher.issued({ transactionId, csr, certificate }))
  if (outcome.status !== 'acknowledged') {
    await vouched.postpone(held, nextNotice(held, by.now), outcome.detail)
    return { status: 'held', detail: outcome.detail }
  }
  const { toldSerial, toldIssuer } = outcome
  const told = { toldSerial, toldIssuer }
  const released = await vouched.release(held, told, [acknowledgement(held, told, by)])
  if (released.status === 'conflict') return { status: 'overtaken' }
  return { status: 'released', certificate: released.certificate ?? certificate }
}

/** Whatever he throws, the certificate stays where it is. */
async function outcomeOf(work: Promise<NoticeOutcome>): Promise<NoticeOutcome> {
  try {
    return await work
  } catch (error) {
    return { status: 'unavailable', detail: error instanceof Error ? error.message : 'no answer' }
  }
}

/** Twice as long after each try: a minute, then two, up to an hour. A device that asks has him told at once. */
function nextNotice({ attempts }: HeldCertificate, now: Date): Date {
  const seconds = Math.min(FIRST_SECONDS * 2 ** Math.min(attempts, 20), MOST_SECONDS)
  return new Date(now.getTime() + seconds * 1000)
}

function acknowledgement(
  held: HeldCertificate,
  told: ToldNames,
  { actor, now }: { readonly actor: AuditActor; readonly now: Date },
): AuditEvent {
  return {
    ...heldEvent(held, actor, now),
    action: 'certificate.acknowledge',
    outcome: 'done',
    detail: { ...detailOf(held), ...told },
  }
}

/** Of a certificate that is given up. */
export function unreportedEvent(held: HeldCertificate, actor: AuditActor, now: Date): AuditEvent {
  return {
    ...heldEvent(held, actor, now),
    action: 'certificate.acknowledge',
    outcome: 'failed',
    detail: detailOf(held),
  }
}

function heldEvent({ certificateUuid: uuid, subject: name }: HeldCertificate, actor: AuditActor, at: Date) {
  return { uuid: uuidV7(at), at, actor, object: { kind: 'certificate', uuid, name } } as const
}

function detailOf({ transaction, transactionId, endpoint, attempts }: HeldCertificate) {
  return { transactionId, transaction, endpoint, attempts }
}

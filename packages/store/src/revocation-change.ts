import { type CertificateStanding, isHold, REVOCATION_REASONS, type Revocation } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate } from './column.ts'
import { slot, statement } from './statement.ts'
import type { Write } from './unit.ts'

/**
 * Issued, or on hold as it was found → revoked; or issued → on hold, where that is the reason. Part of a unit that is
 * `sequential`, for the change has the number to which the unit raises its issuer's count.
 */
export function writeRevocation(certificate: CertificateStanding, { at, reason }: Revocation): Write[] {
  const from = isHold(certificate.revocation) ? revokeHeld : revokeIssued
  return change(certificate, from, isHold({ reason }) ? 'held' : 'revoked', REVOCATION_REASONS[reason], at)
}

/** On hold → issued. */
export function writeRelease(certificate: CertificateStanding, at: Date): Write[] {
  return change(certificate, releaseHeld, 'released', REMOVE_FROM_CRL, at)
}

/** CRLReason of an entry of a delta CRL alone (RFC 5280 §5.3.1). */
const REMOVE_FROM_CRL = 8

/** Whatever makes or lifts a revocation writes these three. */
function change(
  { uuid, issuerId: issuer }: CertificateStanding,
  move: typeof revokeIssued,
  kind: 'revoked' | 'held' | 'released',
  reason: number,
  at: Date,
): Write[] {
  const values = { uuid, issuer, kind, reason, at: fromDate(at) }
  return [
    { statement: move, values, otherwise: 'state' },
    { statement: countChange, values, otherwise: 'state' },
    { statement: insertChange, values, otherwise: 'state' },
  ]
}

/** The condition decides: of two revocations at once the first one's reason stays. */
const revokeIssued = statement((db) =>
  db
    .updateTable('certificate')
    .set({ state: 'revoked', revoked_at: slot<number>('at'), revocation_reason: slot<number>('reason') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('state', '=', 'issued'),
)

const revokeHeld = statement((db) =>
  db
    .updateTable('certificate')
    .set({ revoked_at: slot<number>('at'), revocation_reason: slot<number>('reason') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('state', '=', 'revoked')
    .where('revocation_reason', '=', REVOCATION_REASONS.certificateHold),
)

const releaseHeld = statement((db) =>
  db
    .updateTable('certificate')
    .set({ state: 'issued', revoked_at: null, revocation_reason: null })
    .where('uuid', '=', slot<string>('uuid'))
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('state', '=', 'revoked')
    .where('revocation_reason', '=', REVOCATION_REASONS.certificateHold),
)

/** In the same commit: from now on the newest CRL has seen too few. It locks the row, so that changes at once are numbered one after the other. */
const countChange = statement((db) =>
  db
    .updateTable('issuer')
    .set((eb) => ({ revocations: eb('revocations', '+', 1) }))
    .where('id', '=', slot<number>('issuer')),
)

const insertChange = statement((db) => {
  const insert = sql`insert into revocation_change (issuer_id, sequence, certificate_uuid, serial, kind, reason, at)
    select issuer.id, issuer.revocations, certificate.uuid, certificate.serial, ${slot('kind')}, ${slot('reason')}, ${slot('at')}
    from certificate inner join issuer on issuer.id = certificate.issuer_id where certificate.uuid = ${slot('uuid')}`
  return { compile: () => insert.compile(db) }
})

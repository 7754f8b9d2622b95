import type { RecordedWish, RevocationCode, RevocationResult, VouchedCertificate } from '@chancery/ra'
import { type RowOf, slot, statement } from '../statement.ts'

export const findReceived = statement((db) =>
  db
    .selectFrom('requested_revocation')
    .where('state', '=', 'received')
    .where('voucher', '=', slot<string>('voucher'))
    .orderBy('id')
    .limit(slot<number>('limit'))
    .select(['id', 'voucher', 'context', 'serial', 'issuer', 'ca_configuration', 'message']),
)

export function toWish(row: RowOf<typeof findReceived>): RecordedWish {
  return {
    id: row.id,
    voucher: row.voucher,
    context: row.context,
    serialNumber: row.serial,
    issuerName: row.issuer,
    caConfiguration: row.ca_configuration,
    formerly: row.message,
  }
}

/** A result that was not told yet. */
export interface UntoldResult extends RevocationResult {
  readonly id: number
  readonly attempts: number
}

export const findDecided = statement((db) =>
  db
    .selectFrom('requested_revocation')
    .where('state', '=', 'decided')
    .where('voucher', '=', slot<string>('voucher'))
    .orderBy('attempts')
    .orderBy('id')
    .limit(slot<number>('limit'))
    .select(['id', 'context', 'code', 'message', 'attempts']),
)

/** The columns hold what `decide` has written. */
export function toUntold({ id, context, code, message, attempts }: RowOf<typeof findDecided>): UntoldResult {
  return { id, context, code: code as RevocationCode, message: message ?? '', attempts }
}

export const dueVouchers = statement((db) =>
  db
    .selectFrom('requested_revocation')
    .where('state', '=', 'decided')
    .where('due_at', '<=', slot<number>('now'))
    .select('voucher')
    .distinct(),
)

export const findCollections = statement((db) => db.selectFrom('revocation_collection').select(['voucher', 'begun_at']))

/** The index of certificates begins with the issuer, so each issuer is asked: there are few. */
export const findVouched = statement((db) =>
  db
    .selectFrom('certificate as c')
    .innerJoin('vouched_request as v', 'v.transaction_uuid', 'c.transaction_uuid')
    .where('c.issuer_id', 'in', (eb) => eb.selectFrom('issuer').select('issuer.id'))
    .where('c.serial', '=', slot<string>('serial'))
    .where('v.voucher', '=', slot<string>('voucher'))
    .select(['c.uuid', 'c.issuer_id', 'c.serial', 'v.told_serial', 'v.told_issuer']),
)

export function toVouched(row: RowOf<typeof findVouched>): VouchedCertificate {
  return {
    uuid: row.uuid,
    issuerId: row.issuer_id,
    serial: row.serial,
    toldSerial: row.told_serial,
    toldIssuer: row.told_issuer,
  }
}

export const findOld = statement((db) =>
  db
    .selectFrom('requested_revocation')
    .select('id')
    .where('changed_at', '<', slot<number>('before'))
    .orderBy('changed_at')
    .limit(1),
)

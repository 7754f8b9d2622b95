import {
  type CertificateRecord,
  type CertificateSelector,
  REVOCATION_REASONS,
  type RevocationRegister,
  revocationReasonOf,
} from '@chancery/ra'
import type { Selectable } from 'kysely'
import { fromDate, toBytes, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import type { CertificateTable } from './schema/tables.ts'
import { type Statement, slot, statement, type Values } from './statement.ts'
import type { Write } from './unit.ts'

type Row = Selectable<CertificateTable>

export function revocationRegister(driver: Driver): RevocationRegister {
  return {
    async find(selector) {
      const [query, values] = queryOf(selector)
      return (await driver.all(query, values)).map(toRecord)
    },
    async revoke({ uuid, issuerId }, { at, reason }) {
      const { status } = await driver.commit({
        writes: writeRevocation({ uuid, issuerId, at, reason: REVOCATION_REASONS[reason] }),
      })
      return status === 'committed'
    },
  }
}

/** issued → revoked, or the unit is not done. */
export function writeRevocation(revocation: {
  readonly uuid: string
  readonly issuerId: number
  readonly at: Date
  /** RFC 5280 §5.3.1. */
  readonly reason: number
}): Write[] {
  const { uuid, issuerId: issuer, at, reason } = revocation
  return [
    { statement: revokeIssued, values: { uuid, issuer, at: fromDate(at), reason }, otherwise: 'state' },
    { statement: countRevocation, values: { issuer }, otherwise: 'state' },
  ]
}

function queryOf(selector: CertificateSelector): readonly [Statement<Row>, Values] {
  if ('uuid' in selector) return [findByUuid, { uuid: selector.uuid }]
  if ('digest' in selector) return [findByDigest, { digest: selector.digest }]
  const { serial, issuerId } = selector
  return issuerId === undefined ? [findBySerial, { serial }] : [findByIssuerAndSerial, { serial, issuer: issuerId }]
}

function toRecord(row: Row): CertificateRecord {
  return {
    uuid: row.uuid,
    purpose: row.purpose,
    der: toBytes(row.der),
    issuerId: row.issuer_id,
    serial: row.serial,
    subject: row.subject,
    notBefore: toDate(row.not_before),
    notAfter: toDate(row.not_after),
    state: row.state,
    revocation:
      row.state === 'issued'
        ? undefined
        : { at: toDate(row.revoked_at ?? 0), reason: revocationReasonOf(row.revocation_reason ?? 0) },
    predecessor: row.predecessor,
    endpoint: row.endpoint,
  }
}

const findByUuid = statement((db) => db.selectFrom('certificate').selectAll().where('uuid', '=', slot<string>('uuid')))

const findByDigest = statement((db) =>
  db.selectFrom('certificate').selectAll().where('digest', '=', slot<Buffer>('digest')),
)

const findByIssuerAndSerial = statement((db) =>
  db
    .selectFrom('certificate')
    .selectAll()
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('serial', '=', slot<string>('serial')),
)

/** The index begins with the issuer, so each issuer is asked: there are few. */
const findBySerial = statement((db) =>
  db
    .selectFrom('certificate')
    .selectAll()
    .where('issuer_id', 'in', (eb) => eb.selectFrom('issuer').select('issuer.id'))
    .where('serial', '=', slot<string>('serial'))
    .orderBy('id'),
)

/** The condition decides: of two revocations at once the first one's reason stays. */
const revokeIssued = statement((db) =>
  db
    .updateTable('certificate')
    .set({ state: 'revoked', revoked_at: slot<number>('at'), revocation_reason: slot<number>('reason') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('state', '=', 'issued'),
)

/** In the same commit: from now on the newest CRL has seen too few. */
const countRevocation = statement((db) =>
  db
    .updateTable('issuer')
    .set((eb) => ({ revocations: eb('revocations', '+', 1) }))
    .where('id', '=', slot<number>('issuer')),
)

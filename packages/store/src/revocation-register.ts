import {
  type CertificateRecord,
  type CertificateSelector,
  type RevocationRegister,
  revocationReasonOf,
} from '@chancery/ra'
import type { Selectable } from 'kysely'
import { writeAudit } from './audit/write.ts'
import { toBytes, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import { writeRelease, writeRevocation } from './revocation-change.ts'
import type { CertificateTable } from './schema/tables.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { type Statement, slot, statement, type Values } from './statement.ts'
import type { Write } from './unit.ts'

type Row = Selectable<CertificateTable>

export function revocationRegister(driver: Driver, keys: StoreKeys): RevocationRegister {
  /** The change reads the count that the same unit has just raised. */
  const commit = async (...writes: Write[]) =>
    (await driver.commit({ writes, sequential: true })).status === 'committed'
  return {
    async find(selector) {
      const [query, values] = queryOf(selector)
      return (await driver.all(query, values)).map(toRecord)
    },
    revoke: (certificate, revocation, audit = []) =>
      commit(...writeRevocation(certificate, revocation), ...writeAudit(keys, audit)),
    release: (certificate, at, audit = []) => commit(...writeRelease(certificate, at), ...writeAudit(keys, audit)),
  }
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
    raProfileId: row.ra_profile_id,
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

import type { NewCertificate } from '@chancery/ra'
import { type Insertable, type Kysely, sql } from 'kysely'
import { fromDate, fromText } from './column.ts'
import { issuerIdOfKey, onlyIdOf } from './configuration/authority-key.ts'
import type { CertificateTable, Database } from './schema/tables.ts'
import { insertRow, slot, statement, type Values } from './statement.ts'
import { subjectDigest } from './subject-digest.ts'

/** The reply is made from the row read back, so that no bytes leave that are not in the store. */
export const insertCertificate = statement((db) => insertRow(db, 'certificate', certificateRow('device')), 'der')

/** It must not leave yet (design, rule 11). */
export const insertHeldCertificate = statement(
  (db) => insertRow(db, 'certificate', { ...certificateRow('device'), release: 'held' }),
  'der',
)

/** For ourselves: it belongs to no transaction. */
export const insertRaCertificateEntry = statement((db) => insertRow(db, 'certificate', certificateRow('ra')))

/** For whoever answers OCSP. */
export const insertOcspCertificateEntry = statement((db) => insertRow(db, 'certificate', certificateRow('ocsp')))

/** An RA certificate under an issuer that the statement finds by itself. */
export function insertRaCertificateEntryUnder(db: Kysely<Database>, issuerId: number) {
  return insertRow(db, 'certificate', { ...certificateRow('ra'), issuer_id: issuerId })
}

export const insertFirstRaCertificateEntry = statement((db) =>
  insertRow(db, 'certificate', { ...certificateRow('ra'), issuer_id: onlyIdOf('issuer') }),
)

/** Under an issuer that an earlier write of the same unit made. */
export const insertNextRaCertificateEntry = statement((db) =>
  insertRow(db, 'certificate', { ...certificateRow('ra'), issuer_id: issuerIdOfKey('issuerKey') }),
)

/** What the transaction already knows is taken from it; held where somebody has vouched for its request. */
export const insertCertificateOfTransaction = statement((db) => {
  const { endpoint, transaction_uuid, ra_profile_id, release, ...row } = certificateRow('device')
  const columns = Object.keys(row).map((column) => sql.ref(column))
  const insert = sql`insert into certificate (${sql.join(columns)}, endpoint, transaction_uuid, ra_profile_id, release)
    select ${sql.join(Object.values(row))}, endpoint, uuid, ra_profile_id,
      case when exists (select 1 from vouched_request v where v.transaction_uuid = scep_transaction.uuid) then 'held' else 'free' end
    from scep_transaction where uuid = ${transaction_uuid}`
  return { compile: () => insert.compile(db) }
}, 'der')

export function certificateValues(certificate: NewCertificate, now: Date): Values {
  const { uuid, der, digest, keyDigest, prepared, predecessor = null } = certificate
  return {
    uuid,
    issuer: prepared.issuerId,
    serial: prepared.serialNumber.toString('hex'),
    der,
    digest,
    keyDigest,
    predecessor,
    subject: fromText(prepared.subject),
    subjectDigest: subjectDigest(prepared.subject),
    subjectAltNames: JSON.stringify(prepared.subjectAltNames),
    notBefore: fromDate(prepared.notBefore),
    notAfter: fromDate(prepared.notAfter),
    now: fromDate(now),
    shard: prepared.shard ?? 0,
  }
}

function certificateRow(purpose: CertificateTable['purpose']): Insertable<CertificateTable> {
  return {
    uuid: slot('uuid'),
    purpose,
    issuer_id: slot('issuer'),
    serial: slot('serial'),
    der: slot('der'),
    digest: slot('digest'),
    key_digest: slot('keyDigest'),
    subject: slot('subject'),
    subject_alt_names: slot('subjectAltNames'),
    not_before: slot('notBefore'),
    not_after: slot('notAfter'),
    state: 'issued',
    revoked_at: null,
    revocation_reason: null,
    predecessor: slot('predecessor'),
    release: 'free',
    endpoint: slot('endpoint'),
    transaction_uuid: slot('transaction'),
    ra_profile_id: slot('raProfile'),
    created_at: slot('now'),
    subject_digest: slot('subjectDigest'),
    shard: slot('shard'),
  }
}

import type { CertificateInventory, CertificateOfLine } from '@chancery/ra'
import { fromDate, toBytes } from './column.ts'
import type { Driver } from './driver.ts'
import { type RowOf, slot, statement } from './statement.ts'
import { subjectDigest } from './subject-digest.ts'

export interface Inventory extends CertificateInventory {
  /** All certificates, those of the RA itself included. */
  count(): Promise<number>
  /** Whether a device has a certificate of this authority, or is about to get one. */
  hasIssued(authorityId: number): Promise<boolean>
  /** Issuer and serial (lower-case hex of the content octets) of all certificates, oldest first. */
  serials(): Promise<{ issuerId: number; serial: string }[]>
}

export function inventory(driver: Driver): Inventory {
  return {
    async findByDigest(digest) {
      const row = await driver.first(findDevice, { digest })
      if (row === undefined) return undefined
      const { uuid, der, issuer_id: issuerId, state, endpoint, ra_profile_id: raProfileId } = row
      return { uuid, der: toBytes(der), issuerId, state, endpoint, raProfileId }
    },
    async findBySerial(issuerId, serial) {
      const row = await driver.first(findReleased, { issuer: issuerId, serial })
      return row === undefined ? undefined : toCertificateOfLine(row)
    },
    async findInLine(uuid) {
      const row = await driver.first(findByUuid, { uuid })
      return row === undefined ? undefined : toCertificateOfLine(row)
    },
    async hasValid(subject, issuerIds, now) {
      const digest = subjectDigest(subject)
      const rows = await driver.all(findValid, { digest, now: fromDate(now) })
      return rows.some(({ issuer_id }) => issuerIds.has(issuer_id))
    },
    async count() {
      return Number((await driver.first(countCertificates, {}))?.certificates ?? 0)
    },
    async hasIssued(authorityId) {
      return (await driver.all(anyOfAuthority, { authority: authorityId })).length > 0
    },
    async serials() {
      const rows = await driver.all(listSerials, {})
      return rows.map((row) => ({ issuerId: row.issuer_id, serial: row.serial }))
    },
  }
}

/**
 * An RA certificate signs replies; found here it could be taken for a device that renews. One that has left by no way
 * signs for nobody.
 */
const findDevice = statement((db) =>
  db
    .selectFrom('certificate')
    .where('digest', '=', slot<Buffer>('digest'))
    .where('purpose', '=', 'device')
    .where('release', '=', 'free')
    .select(['uuid', 'der', 'issuer_id', 'state', 'endpoint', 'ra_profile_id']),
)

function toCertificateOfLine(row: RowOf<typeof findByUuid>): CertificateOfLine {
  const { uuid, der, key_digest: keyDigest, predecessor } = row
  return { uuid, der: toBytes(der), keyDigest: toBytes(keyDigest), predecessor }
}

const OF_LINE = ['uuid', 'der', 'key_digest', 'predecessor'] as const

/** What is held back leaves by no way (design, rule 11). */
const findReleased = statement((db) =>
  db
    .selectFrom('certificate')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('serial', '=', slot<string>('serial'))
    .where('purpose', '=', 'device')
    .where('release', '=', 'free')
    .select(OF_LINE),
)

const findByUuid = statement((db) =>
  db.selectFrom('certificate').where('uuid', '=', slot<string>('uuid')).where('release', '=', 'free').select(OF_LINE),
)

/** A subject has few valid certificates, mostly one. */
const findValid = statement((db) =>
  db
    .selectFrom('certificate')
    .where('subject_digest', '=', slot<Buffer>('digest'))
    .where('purpose', '=', 'device')
    .where('state', '=', 'issued')
    .where('release', '!=', 'unreported')
    .where('not_after', '>', slot<number>('now'))
    .select('issuer_id')
    .distinct(),
)

const countCertificates = statement((db) =>
  db.selectFrom('certificate').select((eb) => eb.fn.countAll<number>().as('certificates')),
)

/** As what refuses to delete the authority (configuration/edit/authority.ts). */
const anyOfAuthority = statement((db) =>
  db
    .selectFrom('authority')
    .select('authority.id')
    .where('authority.id', '=', slot<number>('authority'))
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(
          selectFrom('certificate')
            .innerJoin('issuer', 'issuer.id', 'certificate.issuer_id')
            .select('certificate.id')
            .whereRef('issuer.authority_id', '=', 'authority.id')
            .where('certificate.purpose', '=', 'device'),
        ),
        exists(
          selectFrom('scep_transaction')
            .innerJoin('issuer', 'issuer.id', 'scep_transaction.issuer_id')
            .select('scep_transaction.id')
            .whereRef('issuer.authority_id', '=', 'authority.id')
            .where('scep_transaction.state', 'in', ['ordered', 'awaiting_approval']),
        ),
      ]),
    ),
)

const listSerials = statement((db) => db.selectFrom('certificate').select(['issuer_id', 'serial']).orderBy('id'))

import type { AuditEvent } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { fromDate, toBytes, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement } from '../statement.ts'

/** A client certificate that signs a user in. */
export interface UserCertificate {
  readonly userUuid: string
  /** SHA-256 of the whole certificate. */
  readonly digest: Buffer
  readonly subject: string
  readonly notAfter: Date
  readonly createdAt: Date
}

/** Nothing of it is ever cached: what is taken away signs nobody in from the next request on (design, rule 10). */
export interface UserCertificates {
  find(digest: Buffer): Promise<UserCertificate | undefined>
  /** Of one user, the oldest first. */
  list(userUuid: string): Promise<UserCertificate[]>
  /** False: it signs somebody in already. */
  add(certificate: UserCertificate, audit?: readonly AuditEvent[]): Promise<boolean>
  /** False: this user has no such certificate. */
  remove(certificate: Pick<UserCertificate, 'userUuid' | 'digest'>, audit?: readonly AuditEvent[]): Promise<boolean>
}

export function userCertificates(driver: Driver, keys: StoreKeys): UserCertificates {
  return {
    async find(digest) {
      const row = await driver.first(findByDigest, { digest })
      return row === undefined ? undefined : toCertificate(row)
    },
    async list(userUuid) {
      return (await driver.all(listOfUser, { userUuid })).map(toCertificate)
    },
    async add({ userUuid, digest, subject, notAfter, createdAt }, audit = []) {
      const values = { userUuid, digest, subject, notAfter: fromDate(notAfter), createdAt: fromDate(createdAt) }
      const insert = { statement: insertCertificate, values, otherwise: 'state', unique: 'state' } as const
      return (await driver.commit({ writes: [insert, ...writeAudit(keys, audit)] })).status === 'committed'
    },
    async remove({ userUuid, digest }, audit = []) {
      const remove = { statement: removeCertificate, values: { userUuid, digest }, otherwise: 'state' } as const
      return (await driver.commit({ writes: [remove, ...writeAudit(keys, audit)] })).status === 'committed'
    },
  }
}

interface Row {
  readonly user_uuid: string
  readonly digest: Uint8Array
  readonly subject: string
  readonly not_after: number
  readonly created_at: number
}

function toCertificate(row: Row): UserCertificate {
  return {
    userUuid: row.user_uuid,
    digest: toBytes(row.digest),
    subject: row.subject,
    notAfter: toDate(row.not_after),
    createdAt: toDate(row.created_at),
  }
}

const findByDigest = statement((db) =>
  db.selectFrom('user_certificate').selectAll().where('digest', '=', slot<Buffer>('digest')),
)

const listOfUser = statement((db) =>
  db.selectFrom('user_certificate').selectAll().where('user_uuid', '=', slot<string>('userUuid')).orderBy('id'),
)

const insertCertificate = statement((db) =>
  insertRow(db, 'user_certificate', {
    user_uuid: slot('userUuid'),
    digest: slot('digest'),
    subject: slot('subject'),
    not_after: slot('notAfter'),
    created_at: slot('createdAt'),
  }),
)

const removeCertificate = statement((db) =>
  db
    .deleteFrom('user_certificate')
    .where('user_uuid', '=', slot<string>('userUuid'))
    .where('digest', '=', slot<Buffer>('digest')),
)

import { sql } from 'kysely'
import { fromDate, toBytes, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import { slot, statement } from './statement.ts'

export interface StoredCrl {
  readonly issuerId: number
  readonly number: bigint
  readonly der: Buffer
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

/** An entry of a CRL to be made. */
export interface RevokedCertificate {
  /** Content octets of the INTEGER. */
  readonly serialNumber: Buffer
  readonly at: Date
  /** RFC 5280 §5.3.1. */
  readonly reason?: number
}

export interface CrlStore {
  newest(issuerId: number): Promise<StoredCrl | undefined>
  /** False when there is one with this number or a higher one: another node was first. Older ones are removed. */
  publish(crl: StoredCrl): Promise<boolean>
  /** What a full CRL of this issuer lists, by serial number. */
  revoked(issuerId: number): Promise<RevokedCertificate[]>
}

export function crlStore(driver: Driver): CrlStore {
  return {
    async newest(issuerId) {
      const row = await driver.first(newestFull, { issuer: issuerId })
      if (row === undefined) return undefined
      return {
        issuerId,
        number: BigInt(row.number),
        der: toBytes(row.der),
        thisUpdate: toDate(row.this_update),
        nextUpdate: toDate(row.next_update),
      }
    },
    async publish({ issuerId, number, der, thisUpdate, nextUpdate }) {
      const values = {
        issuer: issuerId,
        number: Number(number),
        der,
        thisUpdate: fromDate(thisUpdate),
        nextUpdate: fromDate(nextUpdate),
      }
      const { status } = await driver.commit({
        writes: [
          { statement: insertNewer, values, otherwise: 'state', unique: 'state' },
          { statement: removeOlder, values, expect: 'any', otherwise: 'state' },
        ],
      })
      return status === 'committed'
    },
    async revoked(issuerId) {
      const rows = await driver.all(revokedOfIssuer, { issuer: issuerId })
      return rows.map(({ serial, revoked_at, revocation_reason }) => ({
        serialNumber: Buffer.from(serial, 'hex'),
        at: toDate(revoked_at ?? 0),
        ...(revocation_reason === null ? {} : { reason: revocation_reason }),
      }))
    },
  }
}

const newestFull = statement((db) =>
  db
    .selectFrom('crl')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('shard', '=', 0)
    .where('kind', '=', 'full')
    .orderBy('number', 'desc')
    .limit(1)
    .select(['number', 'der', 'this_update', 'next_update']),
)

/** CRL numbers only grow (RFC 5280 §5.2.3). */
const insertNewer = statement((db) => {
  const insert = sql`insert into crl (issuer_id, shard, kind, number, der, this_update, next_update)
    select ${slot('issuer')}, 0, 'full', ${slot('number')}, ${slot('der')}, ${slot('thisUpdate')}, ${slot('nextUpdate')}
    where not exists (select 1 from crl where issuer_id = ${slot('issuer')} and shard = 0 and kind = 'full' and number >= ${slot('number')})`
  return { compile: () => insert.compile(db) }
})

const removeOlder = statement((db) =>
  db
    .deleteFrom('crl')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('shard', '=', 0)
    .where('kind', '=', 'full')
    .where('number', '<', slot<number>('number')),
)

const revokedOfIssuer = statement((db) =>
  db
    .selectFrom('certificate')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('state', '=', 'revoked')
    .orderBy('serial')
    .select(['serial', 'revoked_at', 'revocation_reason']),
)

import { sql } from 'kysely'
import { fromDate, toBytes, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import { type Lease, requireLease } from './lease-store.ts'
import { slot, statement } from './statement.ts'

export interface StoredCrl {
  readonly issuerId: number
  readonly number: bigint
  readonly der: Buffer
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** How many revocations of the issuer it has seen. */
  readonly revocations: number
}

/** What tells whether an issuer's CRL is due, without the CRL itself. */
export interface CrlState {
  readonly issuerId: number
  /** Of the issuer itself. */
  readonly certificate: Buffer
  /** How many of its certificates were ever revoked. */
  readonly revocations: number
  readonly newest: Omit<StoredCrl, 'der' | 'issuerId'> | undefined
}

/** What a CRL is made of, from one snapshot. */
export interface IssuerRevocations {
  readonly revocations: number
  /** By serial number. */
  readonly certificates: readonly RevokedCertificate[]
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
  /** Of every issuer whose CRL is ours to make. */
  states(): Promise<CrlState[]>
  /**
   * False when there is one with this number or a higher one, or the lease is somebody else's: another node was first.
   * Older ones are removed.
   */
  publish(crl: StoredCrl, lease?: Lease): Promise<boolean>
  /** What a full CRL of this issuer lists. */
  revoked(issuerId: number): Promise<IssuerRevocations>
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
        revocations: row.revocations,
      }
    },
    async states() {
      return (await driver.all(crlStates, {})).map((row) => ({
        issuerId: row.issuer,
        certificate: toBytes(row.certificate),
        revocations: row.of_issuer,
        newest:
          row.number === null
            ? undefined
            : {
                number: BigInt(row.number),
                thisUpdate: toDate(row.this_update ?? 0),
                nextUpdate: toDate(row.next_update ?? 0),
                revocations: row.seen ?? 0,
              },
      }))
    },
    async publish({ issuerId, number, der, thisUpdate, nextUpdate, revocations }, lease) {
      const values = {
        issuer: issuerId,
        number: Number(number),
        der,
        thisUpdate: fromDate(thisUpdate),
        nextUpdate: fromDate(nextUpdate),
        revocations,
      }
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          { statement: insertNewer, values, otherwise: 'state', unique: 'state' },
          { statement: removeOlder, values, expect: 'any', otherwise: 'state' },
        ],
      })
      return status === 'committed'
    },
    async revoked(issuerId) {
      const rows = await driver.all(revokedOfIssuer, { issuer: issuerId })
      return {
        revocations: rows[0]?.revocations ?? 0,
        certificates: rows.flatMap(({ serial, revoked_at, revocation_reason }) =>
          serial === null ? [] : [entry(serial, revoked_at, revocation_reason)],
        ),
      }
    },
  }
}

/** RFC 5280 §5.3.1: `unspecified` is told by leaving the reason out. */
function entry(serial: string, at: number | null, reason: number | null): RevokedCertificate {
  const told = reason === null || reason === 0 ? {} : { reason }
  return { serialNumber: Buffer.from(serial, 'hex'), at: toDate(at ?? 0), ...told }
}

const newestFull = statement((db) =>
  db
    .selectFrom('crl')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('shard', '=', 0)
    .where('kind', '=', 'full')
    .orderBy('number', 'desc')
    .limit(1)
    .select(['number', 'der', 'this_update', 'next_update', 'revocations']),
)

const crlStates = statement((db) =>
  db
    .selectFrom('issuer')
    .innerJoin('authority', 'authority.id', 'issuer.authority_id')
    .innerJoin('authority_key', 'authority_key.id', 'issuer.key_id')
    // A CA in another house publishes its own, and of a deleted one there is nothing to be revoked.
    .where('authority.deleted_at', 'is', null)
    .where('authority_key.kind', '=', 'software')
    .leftJoin('crl', (join) =>
      join.onRef('crl.issuer_id', '=', 'issuer.id').on('crl.shard', '=', 0).on('crl.kind', '=', 'full'),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('crl as newer')
            .select('newer.id')
            .whereRef('newer.issuer_id', '=', 'issuer.id')
            .where('newer.shard', '=', 0)
            .where('newer.kind', '=', 'full')
            .whereRef('newer.number', '>', 'crl.number'),
        ),
      ),
    )
    .orderBy('issuer.id')
    .select([
      'issuer.id as issuer',
      'issuer.certificate',
      'issuer.revocations as of_issuer',
      'crl.number',
      'crl.this_update',
      'crl.next_update',
      'crl.revocations as seen',
    ]),
)

/** CRL numbers only grow (RFC 5280 §5.2.3). */
const insertNewer = statement((db) => {
  const insert = sql`insert into crl (issuer_id, shard, kind, number, der, this_update, next_update, revocations)
    select ${slot('issuer')}, 0, 'full', ${slot('number')}, ${slot('der')}, ${slot('thisUpdate')}, ${slot('nextUpdate')}, ${slot('revocations')}
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

/** One statement, so that count and list are of one snapshot; without a revoked certificate the count stands alone. */
const revokedOfIssuer = statement((db) =>
  db
    .selectFrom('issuer')
    .leftJoin('certificate', (join) =>
      join.onRef('certificate.issuer_id', '=', 'issuer.id').on('certificate.state', '=', sql.lit('revoked')),
    )
    .where('issuer.id', '=', slot<number>('issuer'))
    .orderBy('certificate.serial')
    .select(['issuer.revocations', 'certificate.serial', 'certificate.revoked_at', 'certificate.revocation_reason']),
)

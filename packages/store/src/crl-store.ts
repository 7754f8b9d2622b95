import { fromDate, toBytes, toDate } from './column.ts'
import { type BuiltList, buildList } from './crl/list.ts'
import { COMPLETE, type CrlKind, type CrlPlace } from './crl/place.ts'
import { type CrlFacts, type CrlState, crlFacts, crlStates, toFacts, toState } from './crl/state.ts'
import { insertNewer, NEVER, noteSeen, removeOlder } from './crl/write.ts'
import type { Driver } from './driver.ts'
import { type Lease, requireLease } from './lease-store.ts'
import { slot, statement } from './statement.ts'

export interface StoredCrl {
  readonly issuerId: number
  readonly number: bigint
  readonly der: Buffer
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** How many changes of the issuer's certificates it has seen. */
  readonly revocations: number
}

export interface NewCrl extends StoredCrl {
  /** Left out: the complete one. */
  readonly place?: CrlPlace
  /** Of a delta: the number of the complete one that it adds to. Of a complete one that deltas will add to: its own. */
  readonly base?: bigint
  /** Complete ones that deltas add to are kept if they end later than this; left out: none is. */
  readonly keepBasesFrom?: Date
}

export interface CrlStore {
  /** Of shard 0, unless another place is named. */
  newest(issuerId: number, place?: CrlPlace): Promise<StoredCrl | undefined>
  /** What there is of an issuer, without the lists themselves: cheap, however long they are. */
  facts(issuerId: number): Promise<CrlFacts[]>
  /** Of every issuer whose CRL is ours to make. */
  states(): Promise<CrlState[]>
  /**
   * False when there is one with this number or a higher one at this place, or the lease is somebody else's: another node was
   * first. Older ones are removed.
   */
  publish(crl: NewCrl, lease?: Lease): Promise<boolean>
  /** Nothing of its shards has changed up to here but what was published. */
  seen(issuerId: number, revocations: number, lease?: Lease): Promise<void>
  /** What an issuer's CRLs are made of, from one snapshot; off the loop, for it may be long. */
  list(issuerId: number, asked: { readonly since: number; readonly endsFrom: Date }): Promise<BuiltList>
}

export function crlStore(driver: Driver): CrlStore {
  return {
    async newest(issuerId, { shard, kind } = COMPLETE) {
      const row = await driver.first(newestAt, { issuer: issuerId, shard, kind })
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
    async facts(issuerId) {
      return (await driver.all(crlFacts.ofIssuer, { issuer: issuerId })).map(toFacts)
    },
    async states() {
      const [issuers, crls] = [await driver.all(crlStates, {}), await driver.all(crlFacts.ofAll, {})]
      return issuers.map((row) => toState(row, crls))
    },
    async publish({ place = COMPLETE, ...crl }, lease) {
      const values = {
        ...place,
        issuer: crl.issuerId,
        number: Number(crl.number),
        der: crl.der,
        thisUpdate: fromDate(crl.thisUpdate),
        nextUpdate: fromDate(crl.nextUpdate),
        revocations: crl.revocations,
        base: crl.base === undefined ? null : Number(crl.base),
        keepFrom: crl.keepBasesFrom === undefined ? NEVER : fromDate(crl.keepBasesFrom),
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
    async seen(issuer, revocations, lease) {
      const values = { issuer, revocations }
      await driver.commit({
        writes: [...requireLease(lease), { statement: noteSeen, values, expect: 'any', otherwise: 'state' }],
      })
    },
    list: (issuerId, asked) => buildList(driver, issuerId, asked),
  }
}

const newestAt = statement((db) =>
  db
    .selectFrom('crl')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('shard', '=', slot<number>('shard'))
    .where('kind', '=', slot<CrlKind>('kind'))
    .orderBy('number', 'desc')
    .limit(1)
    .select(['number', 'der', 'this_update', 'next_update', 'revocations']),
)

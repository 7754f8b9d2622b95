import { createPrivateKey } from 'node:crypto'
import { buildCrl, type Issuer, type RevokedCertificate } from '@chancery/ca'
import { parseCertificate, softwareSigningKey } from '@chancery/pki'
import type { ChangedRow, CrlPlace, RevokedRow } from '@chancery/store'
import { urlOfShard } from '../../snapshot/shard-url.ts'

/** The CRLs of one issuer that are to be made: everything about them as plain data, for another thread. */
export interface CrlWork {
  readonly pkcs8: Uint8Array
  readonly certificate: Uint8Array
  /** JSON of `RevokedRow[]`, `ChangedRow[]`. */
  readonly revoked: string
  readonly changed: string
  readonly number: bigint
  readonly thisUpdate: Date
  /** Of the complete one, and of those of shards. */
  readonly nextUpdate: Date
  readonly full: { readonly freshestCrlUrl: string | undefined; readonly endsFrom: Date } | undefined
  /** The base, and how many changes it had seen. */
  readonly delta: { readonly nextUpdate: Date; readonly base: bigint; readonly since: number } | undefined
  /** Undefined: there are none, or nobody knows where. */
  readonly shards: ShardWork | undefined
}

export interface ShardWork {
  /** `{shard}` in it stands for the number. */
  readonly url: string
  /** These are made in any case. */
  readonly due: readonly number[]
  /** Those that there are: how many changes each has seen, and when it was made. */
  readonly known: ReadonlyMap<number, { readonly since: number; readonly thisUpdate: Date }>
}

export interface MadeCrl {
  readonly place: CrlPlace
  readonly der: Uint8Array
  readonly nextUpdate: Date
}

/** Builds and signs; of 100,000 entries that takes the better part of a second. */
export async function makeCrls(work: CrlWork): Promise<MadeCrl[]> {
  const { number, thisUpdate, full, delta, shards } = work
  const issuer = issuerOf(work)
  const revoked = JSON.parse(work.revoked) as RevokedRow[]
  const changed = JSON.parse(work.changed) as ChangedRow[]
  const made: MadeCrl[] = []
  const make = async (place: CrlPlace, nextUpdate: Date, order: Omit<Parameters<typeof buildCrl>[0], Common>) => {
    const der = await buildCrl({ issuer, number, thisUpdate, nextUpdate, ...order })
    made.push({ place, nextUpdate, der })
  }
  if (full !== undefined) {
    const { freshestCrlUrl, endsFrom } = full
    const url = freshestCrlUrl === undefined ? {} : { freshestCrlUrl }
    await make({ shard: 0, kind: 'full' }, work.nextUpdate, { revoked: listed(revoked, endsFrom), ...url })
  }
  if (delta !== undefined) {
    const entries = changed.filter(([, , , , sequence]) => sequence > delta.since)
    const order = { revoked: sorted(entries).map(entryOf), baseNumber: delta.base }
    await make({ shard: 0, kind: 'delta' }, delta.nextUpdate, order)
  }
  if (shards === undefined) return made
  const ofShard = Map.groupBy(revoked, ([, , , shard]) => shard)
  for (const shard of shardsToMake(shards, changed)) {
    const endsFrom = shards.known.get(shard)?.thisUpdate ?? new Date(0)
    await make({ shard, kind: 'full' }, work.nextUpdate, {
      revoked: listed(ofShard.get(shard) ?? [], endsFrom),
      distributionPoint: [urlOfShard(shards.url, shard)],
    })
  }
  return made
}

type Common = 'issuer' | 'number' | 'thisUpdate' | 'nextUpdate'

function issuerOf({ pkcs8, certificate }: CrlWork): Issuer {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  return { certificate: parseCertificate(Buffer.from(certificate)), key: softwareSigningKey(key) }
}

function shardsToMake({ due, known }: ShardWork, changed: readonly ChangedRow[]): number[] {
  const touched = changed.filter(([, , , shard, sequence]) => sequence > (known.get(shard)?.since ?? sequence))
  return [...new Set([...due, ...touched.map(([, , , shard]) => shard)])].toSorted((a, b) => a - b)
}

/** What had ended when the list before was made stood on that one, and leaves (RFC 5280 §3.3). */
function listed(rows: readonly RevokedRow[], endsFrom: Date): RevokedCertificate[] {
  const from = endsFrom.getTime() * 1000
  return sorted(rows.filter(([, , , , notAfter]) => notAfter >= from)).map(entryOf)
}

function sorted<Row extends readonly [string, ...unknown[]]>(rows: readonly Row[]): Row[] {
  return rows.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** RFC 5280 §5.3.1: `unspecified` is told by leaving the reason out. */
function entryOf([serial, at, reason]: RevokedRow | ChangedRow): RevokedCertificate {
  const told = reason === 0 ? {} : { reason }
  return { serialNumber: Buffer.from(serial, 'hex'), at: new Date(Math.floor(at / 1000)), ...told }
}

import { toBytes, toDate } from '../column.ts'
import { type RowOf, slot, statement } from '../statement.ts'
import type { CrlPlace } from './place.ts'

/** What is known of a published CRL without the list itself. */
export interface CrlFacts extends CrlPlace {
  readonly number: bigint
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** How many changes of the issuer's certificates it has seen. */
  readonly revocations: number
  /** A complete one that deltas add to. */
  readonly isBase: boolean
}

/** What tells which CRLs of an issuer are due. */
export interface CrlState {
  readonly issuerId: number
  readonly generation: number
  readonly authority: { readonly name: string; readonly settings: Readonly<Record<string, unknown>> }
  /** Of the issuer itself. */
  readonly certificate: Buffer
  /** How often the standing of one of its certificates has changed. */
  readonly revocations: number
  /** The complete one. */
  readonly newest: CrlFacts | undefined
  /** Complete ones that deltas add to, the oldest first. */
  readonly bases: readonly CrlFacts[]
  readonly delta: CrlFacts | undefined
  /** By number of the shard. */
  readonly shards: ReadonlyMap<number, CrlFacts>
  /** Of all. */
  readonly highest: bigint | undefined
}

export const crlStates = statement((db) =>
  db
    .selectFrom('issuer')
    .innerJoin('authority', 'authority.id', 'issuer.authority_id')
    .innerJoin('authority_key', 'authority_key.id', 'issuer.key_id')
    // A CA in another house publishes its own, and of a deleted one there is nothing to be revoked.
    .where('authority.deleted_at', 'is', null)
    .where('authority_key.kind', '=', 'software')
    .orderBy('issuer.id')
    .select([
      'issuer.id',
      'issuer.generation',
      'issuer.certificate',
      'issuer.revocations',
      'authority.name',
      'authority.settings',
    ]),
)

/** All columns are in the index `crl_state`. */
const FACTS = [
  'issuer_id',
  'shard',
  'kind',
  'number',
  'this_update',
  'next_update',
  'revocations',
  'base_number',
] as const

export const crlFacts = {
  ofAll: statement((db) => db.selectFrom('crl').select(FACTS).orderBy('issuer_id').orderBy('number').orderBy('kind')),
  ofIssuer: statement((db) =>
    db
      .selectFrom('crl')
      .where('issuer_id', '=', slot<number>('issuer'))
      .select(FACTS)
      .orderBy('number')
      .orderBy('kind'),
  ),
}

type FactsRow = RowOf<typeof crlFacts.ofAll>

export function toFacts(row: FactsRow): CrlFacts {
  return {
    shard: row.shard,
    kind: row.kind,
    number: BigInt(row.number),
    thisUpdate: toDate(row.this_update),
    nextUpdate: toDate(row.next_update),
    revocations: row.revocations,
    isBase: row.kind === 'full' && row.base_number !== null,
  }
}

/** @param crls of all issuers, by number */
export function toState(row: RowOf<typeof crlStates>, crls: readonly FactsRow[]): CrlState {
  const own = crls.filter(({ issuer_id }) => issuer_id === row.id).map(toFacts)
  const complete = own.filter(({ shard, kind }) => shard === 0 && kind === 'full')
  return {
    issuerId: row.id,
    generation: row.generation,
    authority: { name: row.name, settings: JSON.parse(row.settings) as Record<string, unknown> },
    certificate: toBytes(row.certificate),
    revocations: row.revocations,
    newest: complete.at(-1),
    bases: complete.filter(({ isBase }) => isBase),
    delta: own.findLast(({ shard, kind }) => shard === 0 && kind === 'delta'),
    shards: new Map(own.filter(({ shard }) => shard > 0).map((facts) => [facts.shard, facts])),
    highest: own.at(-1)?.number,
  }
}

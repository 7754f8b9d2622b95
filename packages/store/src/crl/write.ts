import { sql } from 'kysely'
import { slot, statement } from '../statement.ts'

/** Later than anything ends. */
export const NEVER = Number.MAX_SAFE_INTEGER

/** CRL numbers only grow, over complete and delta CRLs; two that are made at once may share theirs (RFC 5280 §5.2.3, §5.2.4). */
export const insertNewer = statement((db) => {
  const insert = sql`insert into crl (issuer_id, shard, kind, number, der, this_update, next_update, revocations, base_number)
    select ${slot('issuer')}, ${slot('shard')}, ${slot('kind')}, ${slot('number')}, ${slot('der')}, ${slot('thisUpdate')}, ${slot('nextUpdate')}, ${slot('revocations')}, ${slot('base')}
    where not exists (select 1 from crl where issuer_id = ${slot('issuer')} and shard = ${slot('shard')}
      and (number > ${slot('number')} or (number = ${slot('number')} and kind = ${slot('kind')})))`
  return { compile: () => insert.compile(db) }
})

/** Deltas may still add to an older complete one. */
export const removeOlder = statement((db) =>
  db
    .deleteFrom('crl')
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('shard', '=', slot<number>('shard'))
    .where('kind', '=', slot<'full' | 'delta'>('kind'))
    .where('number', '<', slot<number>('number'))
    .where((eb) =>
      eb.or([
        eb('kind', '=', 'delta'),
        eb('base_number', 'is', null),
        eb('next_update', '<', slot<number>('keepFrom')),
      ]),
    ),
)

export const noteSeen = statement((db) =>
  db
    .updateTable('crl')
    .set({ revocations: slot<number>('revocations') })
    .where('issuer_id', '=', slot<number>('issuer'))
    .where('shard', '>', 0)
    .where('revocations', '<', slot<number>('revocations')),
)

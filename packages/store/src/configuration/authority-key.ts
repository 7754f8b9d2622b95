import { type PrivateKeyMaterial, uuidV7 } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import { seal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement, type Values } from '../statement.ts'
import type { Write } from '../unit.ts'

/** A private key goes into one table only, and only sealed. */
export function writeAuthorityKey(
  keys: StoreKeys,
  purpose: 'ca' | 'ra' | 'ocsp',
  privateKey: PrivateKeyMaterial,
  authority: { readonly uuid: string } | { readonly issuerId: number },
  now: Date,
): { readonly uuid: string; readonly write: Write } {
  const uuid = uuidV7(now)
  const place = { table: 'authority_key', column: 'sealed_key', row: uuid }
  const values: Values = { uuid, purpose, sealed: seal(keys, place, privateKey.pkcs8), now: fromDate(now) }
  const write: Write =
    'uuid' in authority
      ? { statement: insertKeyOfAuthority, values: { ...values, authority: authority.uuid }, otherwise: 'state' }
      : { statement: insertKeyOfIssuer, values: { ...values, issuer: authority.issuerId }, otherwise: 'state' }
  return { uuid, write }
}

/** Stands for a key that an authority in another house has. */
export function writeKeyElsewhere(authorityUuid: string, now: Date): { readonly uuid: string; readonly write: Write } {
  const uuid = uuidV7(now)
  const values = { uuid, authority: authorityUuid, now: fromDate(now) }
  return { uuid, write: { statement: insertKeyElsewhere, values, otherwise: 'state' } }
}

/** The id of a row that an earlier write of the same unit made. */
export function idOf(table: 'authority' | 'authority_key' | 'scep_profile' | 'ra_profile', uuid: string) {
  return sql<number>`(select id from ${sql.table(table)} where uuid = ${slot(uuid)})` as unknown as number
}

/**
 * Of a table with one row. Which number that has is not known: an installation that broke off on PostgreSQL used up some.
 */
export function onlyIdOf(table: 'issuer' | 'scep_profile') {
  return sql<number>`(select id from ${sql.table(table)})` as unknown as number
}

/** Of a row that an earlier write of the same unit made: each issuer has a key of its own. */
export function issuerIdOfKey(keyUuid: string) {
  return sql<number>`(select id from issuer where key_id = (select id from authority_key where uuid = ${slot(keyUuid)}))` as unknown as number
}

function keyRow(authorityId: number) {
  return {
    uuid: slot<string>('uuid'),
    authority_id: authorityId,
    purpose: slot<'ca' | 'ra' | 'ocsp'>('purpose'),
    kind: 'software' as const,
    state: 'active' as const,
    sealed_key: slot<Buffer>('sealed'),
    created_at: slot<number>('now'),
  }
}

const insertKeyOfAuthority = statement((db) => insertRow(db, 'authority_key', keyRow(idOf('authority', 'authority'))))

const insertKeyElsewhere = statement((db) =>
  insertRow(db, 'authority_key', {
    ...keyRow(idOf('authority', 'authority')),
    purpose: 'ca',
    kind: 'elsewhere',
    sealed_key: null,
  }),
)

const insertKeyOfIssuer = statement((db) =>
  insertRow(
    db,
    'authority_key',
    keyRow(sql`(select authority_id from issuer where id = ${slot('issuer')})` as unknown as number),
  ),
)

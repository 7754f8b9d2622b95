import type { NewIssuer } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate, fromDerList } from '../../column.ts'
import { condition, insertRow, slot, statement, type Values } from '../../statement.ts'
import type { Write } from '../../unit.ts'
import { idOf, writeAuthorityKey, writeKeyElsewhere } from '../authority-key.ts'
import { fulfilRequest } from './authority.ts'
import type { EditContext, WritesOf } from './writes.ts'

export const addIssuer: WritesOf<'addIssuer'> = ({ issuer }, context) => {
  const { authorityUuid, generation, state, certificate, chain, currentFrom, privateKey } = issuer
  const values = {
    authority: authorityUuid,
    generation,
    state,
    certificate,
    chain: fromDerList(chain),
    currentFrom: currentFrom === null ? null : fromDate(currentFrom),
    now: fromDate(context.now),
  }
  if (privateKey === 'requested') {
    return [
      { statement: hasRequest, values: { authority: authorityUuid }, otherwise: 'state' },
      { statement: insertRequestedIssuer, values, otherwise: 'state', unique: 'state' },
      fulfilRequest(authorityUuid),
    ]
  }
  const key = writeKey(privateKey, authorityUuid, context)
  return [key.write, insert({ ...values, key: key.uuid })]
}

function writeKey(
  privateKey: Exclude<NewIssuer['privateKey'], 'requested'>,
  uuid: string,
  { keys, now }: EditContext,
): { readonly uuid: string; readonly write: Write } {
  return privateKey.kind === 'elsewhere'
    ? writeKeyElsewhere(uuid, now)
    : writeAuthorityKey(keys, 'ca', privateKey, { uuid }, now)
}

function insert(values: Values): Write {
  return { statement: insertIssuer, values, otherwise: 'state', unique: 'state' }
}

const hasRequest = condition((db) =>
  db
    .selectFrom('authority')
    .select('id')
    .where('uuid', '=', slot<string>('authority'))
    .where('requested_key_id', 'is not', null),
)

function issuerRow(keyId: number) {
  return {
    authority_id: idOf('authority', 'authority'),
    generation: slot<number>('generation'),
    state: slot<'current' | 'next'>('state'),
    certificate: slot<Buffer>('certificate'),
    chain: slot<string>('chain'),
    key_id: keyId,
    current_from: slot<number | null>('currentFrom'),
    created_at: slot<number>('now'),
  }
}

const insertIssuer = statement((db) => insertRow(db, 'issuer', issuerRow(idOf('authority_key', 'key'))))

const insertRequestedIssuer = statement((db) =>
  insertRow(
    db,
    'issuer',
    issuerRow(sql`(select requested_key_id from authority where uuid = ${slot('authority')})` as unknown as number),
  ),
)

import { sql } from 'kysely'
import { insertRaCertificateEntryUnder } from '../../certificate-write.ts'
import { fromDate } from '../../column.ts'
import { insertRow, slot, statement } from '../../statement.ts'
import { idOf, writeAuthorityKey } from '../authority-key.ts'
import { inventoryValues, retire } from '../ra-certificate.ts'
import type { WritesOf } from './writes.ts'

export const addRaCertificate: WritesOf<'addRaCertificate'> = ({ raCertificate: added }, { keys, now }) => {
  const { uuid, scepProfileUuid, authorityUuid, generation, state } = added
  const place = {
    uuid,
    scepProfile: scepProfileUuid,
    authority: authorityUuid,
    generation,
    state,
    since: fromDate(now),
  }
  if ('same' in added) {
    const values = added.same === 'issuer' ? place : { ...place, of: added.of }
    const statement = added.same === 'issuer' ? insertOfIssuer : insertShared
    return [{ statement, values, otherwise: 'state', unique: 'state' }]
  }
  const key = writeAuthorityKey(keys, 'ra', added.privateKey, { uuid: authorityUuid }, now)
  const { certificate } = added
  const entry = { ...inventoryValues(added, now), authority: authorityUuid, generation }
  return [
    key.write,
    { statement: insertOwn, values: { ...place, certificate, key: key.uuid }, otherwise: 'state', unique: 'state' },
    { statement: insertEntry, values: entry, otherwise: 'state', unique: 'state' },
  ]
}

export const retireRaCertificate: WritesOf<'retireRaCertificate'> = ({ uuid, decryptsUntil }) =>
  retire(uuid, decryptsUntil)

/** As an earlier write of the same unit may have made it. */
function ofIssuer<T>(column: 'id' | 'certificate' | 'key_id') {
  return sql<T>`(select ${sql.ref(column)} from issuer where generation = ${slot('generation')}
    and authority_id = ${idOf('authority', 'authority')})` as unknown as T
}

function ofOther<T>(column: 'certificate' | 'key_id') {
  return sql<T>`(select ${sql.ref(column)} from ra_certificate where uuid = ${slot('of')})` as unknown as T
}

function row(certificate: Buffer, keyId: number) {
  return {
    uuid: slot<string>('uuid'),
    scep_profile_id: idOf('scep_profile', 'scepProfile'),
    issuer_id: ofIssuer<number>('id'),
    state: slot<'next' | 'current'>('state'),
    certificate,
    key_id: keyId,
    since: slot<number>('since'),
    decrypts_until: null,
  }
}

const insertOwn = statement((db) =>
  insertRow(db, 'ra_certificate', row(slot('certificate'), idOf('authority_key', 'key'))),
)

const insertOfIssuer = statement((db) =>
  insertRow(db, 'ra_certificate', row(ofIssuer<Buffer>('certificate'), ofIssuer<number>('key_id'))),
)

const insertShared = statement((db) =>
  insertRow(db, 'ra_certificate', row(ofOther<Buffer>('certificate'), ofOther<number>('key_id'))),
)

const insertEntry = statement((db) => insertRaCertificateEntryUnder(db, ofIssuer<number>('id')))

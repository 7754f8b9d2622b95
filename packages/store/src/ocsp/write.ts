import { insertOcspCertificateEntry } from '../certificate-write.ts'
import { fromDate } from '../column.ts'
import { idOf, writeAuthorityKey } from '../configuration/authority-key.ts'
import { inventoryValues } from '../configuration/ra-certificate.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { condition, insertRow, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import type { NewOcspSigner } from './ocsp-store.ts'

/** The former one steps back first: an issuer has one current signer, by a unique index. */
export function writeSigner(keys: StoreKeys, added: NewOcspSigner, former: string | undefined, now: Date): Write[] {
  const { uuid, certificate, privateKey, issuerId: issuer, notAfter } = added
  const key = writeAuthorityKey(keys, 'ocsp', privateKey, { issuerId: issuer }, now)
  const values = { uuid, issuer, certificate, key: key.uuid, notAfter: fromDate(notAfter), now: fromDate(now) }
  return [
    { statement: isThere, values: { issuer }, otherwise: 'state' },
    ...(former === undefined ? [] : retireSigner(former)),
    key.write,
    { statement: insertSigner, values, otherwise: 'state', unique: 'state' },
    { statement: insertOcspCertificateEntry, values: { ...inventoryValues(added, now), issuer }, otherwise: 'state' },
  ]
}

/** What it signed goes on being verified with the certificate in it; its key signs nothing any more. */
function retireSigner(uuid: string): Write[] {
  return [
    { statement: retireCurrent, values: { uuid }, otherwise: 'state' },
    { statement: destroyKey, values: { uuid }, otherwise: 'state' },
  ]
}

/** A key for an authority that was deleted meanwhile would never be destroyed. */
const isThere = condition((db) =>
  db
    .selectFrom('issuer')
    .innerJoin('authority', 'authority.id', 'issuer.authority_id')
    .where('issuer.id', '=', slot<number>('issuer'))
    .where('authority.deleted_at', 'is', null)
    .select('issuer.id'),
)

const retireCurrent = statement((db) =>
  db
    .updateTable('ocsp_signer')
    .set({ state: 'retired' })
    .where('uuid', '=', slot<string>('uuid'))
    .where('state', '=', 'current'),
)

const destroyKey = statement((db) =>
  db
    .updateTable('authority_key')
    .set({ state: 'destroyed', sealed_key: null })
    .where('id', '=', (eb) => eb.selectFrom('ocsp_signer').select('key_id').where('uuid', '=', slot<string>('uuid'))),
)

const insertSigner = statement((db) =>
  insertRow(db, 'ocsp_signer', {
    uuid: slot('uuid'),
    issuer_id: slot('issuer'),
    state: 'current',
    certificate: slot('certificate'),
    key_id: idOf('authority_key', 'key'),
    not_after: slot('notAfter'),
    created_at: slot('now'),
  }),
)

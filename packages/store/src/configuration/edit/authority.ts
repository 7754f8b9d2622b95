import type { Secret } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate, fromFlag } from '../../column.ts'
import { seal } from '../../seal/seal.ts'
import type { StoreKeys } from '../../seal/store-key.ts'
import { insertRow, slot, statement, type Value } from '../../statement.ts'
import type { Write } from '../../unit.ts'
import { idOf, writeAuthorityKey } from '../authority-key.ts'
import { updateOf } from './update.ts'
import type { WritesOf } from './writes.ts'

export const addAuthority: WritesOf<'addAuthority'> = ({ authority }, { keys, now }) => {
  const { uuid, name, kind, description, enabled, settings, secrets } = authority
  const values = {
    uuid,
    name,
    kind,
    description,
    enabled: fromFlag(enabled),
    settings: JSON.stringify(settings),
    secrets: sealSecrets(keys, uuid, secrets),
    now: fromDate(now),
  }
  return [{ statement: insertAuthority, values, otherwise: 'state', unique: 'state' }]
}

export const setAuthority: WritesOf<'setAuthority'> = ({ uuid, change }, { keys }) => {
  const set: Record<string, Value> = {}
  if (change.description !== undefined) set.description = change.description
  if (change.enabled !== undefined) set.enabled = fromFlag(change.enabled)
  if (change.settings !== undefined) set.settings = JSON.stringify(change.settings)
  if ('secrets' in change) set.sealed_secrets = sealSecrets(keys, uuid, change.secrets)
  return [{ statement: updateOf('authority', Object.keys(set)), values: { ...set, uuid }, otherwise: 'state' }]
}

export const deleteAuthority: WritesOf<'deleteAuthority'> = ({ uuid }, { now }) => {
  const values = { uuid, now: fromDate(now) }
  return [
    { statement: buryUnusedAuthority, values, otherwise: 'state' },
    { statement: destroyKeysOfAuthority, values: { uuid }, expect: 'any', otherwise: 'state' },
  ]
}

export const requestIssuer: WritesOf<'requestIssuer'> = ({ authorityUuid: uuid, csr, privateKey }, { keys, now }) => {
  const key = writeAuthorityKey(keys, 'ca', privateKey, { uuid }, now)
  return [
    { statement: destroyRequestedKey, values: { uuid }, expect: 'any', otherwise: 'state' },
    key.write,
    { statement: setRequest, values: { uuid, csr, key: key.uuid }, otherwise: 'state' },
  ]
}

/** Once its certificate is there, the key belongs to the issuer. */
export function fulfilRequest(uuid: string): Write {
  return { statement: clearRequest, values: { uuid }, otherwise: 'state' }
}

export function secretsPlace(uuid: string) {
  return { table: 'authority', column: 'sealed_secrets', row: uuid }
}

function sealSecrets(keys: StoreKeys, uuid: string, secrets: Secret | undefined): Buffer | null {
  return secrets === undefined ? null : seal(keys, secretsPlace(uuid), Buffer.from(secrets.reveal(), 'utf8'))
}

const insertAuthority = statement((db) =>
  insertRow(db, 'authority', {
    uuid: slot('uuid'),
    name: slot('name'),
    kind: slot('kind'),
    description: slot('description'),
    enabled: slot('enabled'),
    settings: slot('settings'),
    sealed_secrets: slot('secrets'),
    created_at: slot('now'),
  }),
)

/** What has a certificate must go on publishing its CRL, and what is ordered or waits may become one. */
const buryUnusedAuthority = statement((db) =>
  db
    .updateTable('authority')
    .set((eb) => ({
      deleted_at: slot<number>('now'),
      enabled: 0,
      sealed_secrets: null,
      requested_csr: null,
      // No name has a blank in it.
      name: sql<string>`${eb.ref('name')} || ' ' || ${eb.ref('uuid')}`,
    }))
    .where('uuid', '=', slot<string>('uuid'))
    .where('deleted_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('ra_profile')
            .select('ra_profile.id')
            .whereRef('ra_profile.authority_id', '=', 'authority.id')
            .where('ra_profile.deleted_at', 'is', null),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('certificate')
            .innerJoin('issuer', 'issuer.id', 'certificate.issuer_id')
            .select('certificate.id')
            .whereRef('issuer.authority_id', '=', 'authority.id')
            .where('certificate.purpose', '=', 'device'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('scep_transaction')
            .innerJoin('issuer', 'issuer.id', 'scep_transaction.issuer_id')
            .select('scep_transaction.id')
            .whereRef('issuer.authority_id', '=', 'authority.id')
            .where('scep_transaction.state', 'in', ['ordered', 'awaiting_approval']),
        ),
      ),
    ),
)

const destroyKeysOfAuthority = statement((db) =>
  db
    .updateTable('authority_key')
    .set({ state: 'destroyed', sealed_key: null })
    .where('authority_id', '=', idOf('authority', 'uuid')),
)

const destroyRequestedKey = statement((db) =>
  db
    .updateTable('authority_key')
    .set({ state: 'destroyed', sealed_key: null })
    .where('id', '=', (eb) =>
      eb.selectFrom('authority').select('requested_key_id').where('uuid', '=', slot<string>('uuid')),
    ),
)

const setRequest = statement((db) =>
  db
    .updateTable('authority')
    .set({ requested_csr: slot<Buffer>('csr'), requested_key_id: idOf('authority_key', 'key') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('deleted_at', 'is', null),
)

const clearRequest = statement((db) =>
  db
    .updateTable('authority')
    .set({ requested_csr: null, requested_key_id: null })
    .where('uuid', '=', slot<string>('uuid'))
    .where('requested_csr', 'is not', null),
)

import type { NewScepProfile, ScepProfileChange, Secret } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate, fromFlag } from '../../column.ts'
import { seal } from '../../seal/seal.ts'
import type { StoreKeys } from '../../seal/store-key.ts'
import { insertRow, slot, statement, type Value } from '../../statement.ts'
import { idOf } from '../authority-key.ts'
import { type References, updateOf } from './update.ts'
import type { WritesOf } from './writes.ts'

type Changeable = Required<ScepProfileChange>

/** Column of each key that may change, and how its value is written there. */
const COLUMNS: {
  readonly [Key in keyof Changeable]: readonly [
    column: string,
    toColumn: (value: NonNullable<Changeable[Key]>, keys: StoreKeys, uuid: string) => Value,
  ]
} = {
  description: ['description', (value) => value],
  enabled: ['enabled', fromFlag],
  challengeKind: ['challenge_kind', (value) => value],
  staticChallenge: ['static_challenge', sealed('static_challenge')],
  compatibility: ['compatibility', (value) => JSON.stringify(value)],
  includeCaCertificate: ['include_ca_certificate', fromFlag],
  includeCaCertificateChain: ['include_ca_certificate_chain', fromFlag],
  renewalThresholdDays: ['renewal_threshold_days', (value) => value],
  renewal: ['renewal_rule', (value) => JSON.stringify(value)],
  enrolment: ['enrolment_rule', (value) => JSON.stringify(value)],
  allowPolling: ['allow_polling', fromFlag],
  waiting: ['waiting_rule', (value) => JSON.stringify(value)],
  access: ['access_rule', (value) => JSON.stringify(value)],
  raCertificate: ['ra_certificate_rule', (value) => JSON.stringify(value)],
  webhook: ['webhook', (value) => JSON.stringify(value)],
  webhookKey: ['sealed_webhook_key', sealed('sealed_webhook_key')],
  intune: ['intune', (value) => JSON.stringify(value)],
  intuneKey: ['sealed_intune_key', sealed('sealed_intune_key')],
  metadata: ['metadata', (value) => JSON.stringify(value)],
  defaultRaProfileUuid: ['default_ra_profile_id', (value) => value],
}

const REFERENCES: References = { default_ra_profile_id: 'ra_profile' }

export type SecretColumn = 'static_challenge' | 'sealed_webhook_key' | 'sealed_intune_key'

/** Where a secret of a SCEP profile stands. */
export function secretPlace(column: SecretColumn, uuid: string) {
  return { table: 'scep_profile', column, row: uuid }
}

function sealed(column: SecretColumn) {
  return (secret: Secret, keys: StoreKeys, uuid: string) => sealSecret(keys, column, uuid, secret)
}

export function sealSecret(keys: StoreKeys, column: SecretColumn, uuid: string, secret: Secret): Buffer {
  return seal(keys, secretPlace(column, uuid), Buffer.from(secret.reveal(), 'utf8'))
}

function toColumns(change: ScepProfileChange, keys: StoreKeys, uuid: string): Record<string, Value> {
  const set: Record<string, Value> = {}
  for (const key of Object.keys(change) as (keyof Changeable)[]) {
    const [column, toColumn] = COLUMNS[key] as readonly [string, (value: unknown, ...rest: unknown[]) => Value]
    const value = change[key]
    set[column] = value === undefined || value === null ? null : toColumn(value, keys, uuid)
  }
  return set
}

export const addScepProfile: WritesOf<'addScepProfile'> = ({ scepProfile }, { keys }) => {
  const { uuid, name, ...settings }: NewScepProfile = scepProfile
  const values = { uuid, name, ...toColumns(settings, keys, uuid) }
  return [{ statement: insertScepProfile, values, otherwise: 'state', unique: 'state' }]
}

/** A key that is there with null or undefined clears its column; one that is absent keeps it. */
export const setScepProfile: WritesOf<'setScepProfile'> = ({ uuid, change }, { keys }) => {
  const set = toColumns(change, keys, uuid)
  const statement = updateOf('scep_profile', Object.keys(set), REFERENCES)
  return [{ statement, values: { ...set, uuid }, otherwise: 'state' }]
}

export const makeDefault: WritesOf<'makeDefault'> = ({ scepProfileUuid: uuid }) => [
  { statement: clearDefault, values: {}, expect: 'any', otherwise: 'state' },
  ...(uuid === null ? [] : [{ statement: setDefault, values: { uuid }, otherwise: 'state' as const }]),
]

export const deleteScepProfile: WritesOf<'deleteScepProfile'> = ({ uuid }, { now }) => {
  const values = { uuid, now: fromDate(now) }
  return [
    { statement: buryScepProfile, values, otherwise: 'state' },
    { statement: retireRaCertificates, values, expect: 'any', otherwise: 'state' },
    { statement: destroyRaKeys, values: { uuid }, expect: 'any', otherwise: 'state' },
  ]
}

const insertScepProfile = statement((db) =>
  insertRow(db, 'scep_profile', {
    ...(Object.fromEntries(Object.values(COLUMNS).map(([column]) => [column, slot(column)])) as Record<
      'enabled' | 'challenge_kind' | 'compatibility' | 'include_ca_certificate' | 'include_ca_certificate_chain',
      never
    >),
    uuid: slot('uuid'),
    name: slot('name'),
    is_default: 0,
    allow_polling: slot('allow_polling'),
    default_ra_profile_id: idOf('ra_profile', 'default_ra_profile_id'),
  }),
)

const clearDefault = statement((db) =>
  db.updateTable('scep_profile').set({ is_default: 0 }).where('is_default', '=', 1),
)

const setDefault = statement((db) =>
  db
    .updateTable('scep_profile')
    .set({ is_default: 1 })
    .where('uuid', '=', slot<string>('uuid'))
    .where('deleted_at', 'is', null),
)

const buryScepProfile = statement((db) =>
  db
    .updateTable('scep_profile')
    .set((eb) => ({
      deleted_at: slot<number>('now'),
      enabled: 0,
      is_default: 0,
      default_ra_profile_id: null,
      static_challenge: null,
      sealed_webhook_key: null,
      sealed_intune_key: null,
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
            .whereRef('ra_profile.scep_profile_id', '=', 'scep_profile.id')
            .where('ra_profile.deleted_at', 'is', null),
        ),
      ),
    ),
)

const retireRaCertificates = statement((db) =>
  db
    .updateTable('ra_certificate')
    .set({ state: 'retired', decrypts_until: slot<number>('now') })
    .where('scep_profile_id', '=', idOf('scep_profile', 'uuid')),
)

/** But for those that another profile shares, and those of a CA that is its own RA. */
const destroyRaKeys = statement((db) =>
  db
    .updateTable('authority_key')
    .set({ state: 'destroyed', sealed_key: null })
    .where('purpose', '=', 'ra')
    .where('id', 'in', (eb) =>
      eb.selectFrom('ra_certificate').select('key_id').where('scep_profile_id', '=', idOf('scep_profile', 'uuid')),
    )
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('ra_certificate')
        .innerJoin('scep_profile', 'scep_profile.id', 'ra_certificate.scep_profile_id')
        .select('ra_certificate.key_id')
        .where('scep_profile.deleted_at', 'is', null),
    ),
)

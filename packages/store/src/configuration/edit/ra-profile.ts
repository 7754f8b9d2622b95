import { sql } from 'kysely'
import { fromDate, fromFlag } from '../../column.ts'
import { insertRow, slot, statement, type Value } from '../../statement.ts'
import { idOf } from '../authority-key.ts'
import { type References, updateOf } from './update.ts'
import type { WritesOf } from './writes.ts'

export const addRaProfile: WritesOf<'addRaProfile'> = ({ raProfile }) => {
  const { uuid, name, description, enabled, authorityUuid, scepProfileUuid, ...rules } = raProfile
  const values = {
    uuid,
    name,
    description,
    enabled: fromFlag(enabled),
    authority: authorityUuid,
    scepProfile: scepProfileUuid,
    certificate: JSON.stringify(rules.certificate),
    subject: JSON.stringify(rules.subject),
    keys: JSON.stringify(rules.keys),
    approval: JSON.stringify(rules.approval),
    metadata: JSON.stringify(rules.metadata),
  }
  return [{ statement: insertRaProfile, values, otherwise: 'state', unique: 'state' }]
}

const JSON_COLUMNS = {
  certificate: 'certificate_settings',
  subject: 'subject_rules',
  keys: 'key_rules',
  approval: 'approval_rule',
  metadata: 'metadata',
} as const

const REFERENCES: References = { authority_id: 'authority', scep_profile_id: 'scep_profile' }

export const setRaProfile: WritesOf<'setRaProfile'> = ({ uuid, change }) => {
  const set: Record<string, Value> = {}
  if (change.description !== undefined) set.description = change.description
  if (change.enabled !== undefined) set.enabled = fromFlag(change.enabled)
  if (change.authorityUuid !== undefined) set.authority_id = change.authorityUuid
  if (change.scepProfileUuid !== undefined) set.scep_profile_id = change.scepProfileUuid
  for (const [key, column] of Object.entries(JSON_COLUMNS)) {
    const value = change[key as keyof typeof JSON_COLUMNS]
    if (value !== undefined) set[column] = JSON.stringify(value)
  }
  const statement = updateOf('ra_profile', Object.keys(set), REFERENCES)
  return [{ statement, values: { ...set, uuid }, otherwise: 'state' }]
}

export const deleteRaProfile: WritesOf<'deleteRaProfile'> = ({ uuid }, { now }) => [
  { statement: buryRaProfile, values: { uuid, now: fromDate(now) }, otherwise: 'state' },
]

const insertRaProfile = statement((db) =>
  insertRow(db, 'ra_profile', {
    uuid: slot('uuid'),
    name: slot('name'),
    description: slot('description'),
    enabled: slot('enabled'),
    authority_id: idOf('authority', 'authority'),
    scep_profile_id: idOf('scep_profile', 'scepProfile'),
    certificate_settings: slot('certificate'),
    subject_rules: slot('subject'),
    key_rules: slot('keys'),
    approval_rule: slot('approval'),
    metadata: slot('metadata'),
  }),
)

const buryRaProfile = statement((db) =>
  db
    .updateTable('ra_profile')
    .set((eb) => ({
      deleted_at: slot<number>('now'),
      enabled: 0,
      scep_profile_id: null,
      // No name has a blank in it.
      name: sql<string>`${eb.ref('name')} || ' ' || ${eb.ref('uuid')}`,
    }))
    .where('uuid', '=', slot<string>('uuid'))
    .where('deleted_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('scep_profile')
            .select('scep_profile.id')
            .whereRef('scep_profile.default_ra_profile_id', '=', 'ra_profile.id')
            .where('scep_profile.deleted_at', 'is', null),
        ),
      ),
    ),
)

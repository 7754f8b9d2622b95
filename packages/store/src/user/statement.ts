import type { Kysely } from 'kysely'
import type { Database } from '../schema/tables.ts'
import { insertRow, slot, statement } from '../statement.ts'

export const findByUuid = statement((db) => db.selectFrom('user').selectAll().where('uuid', '=', slot<string>('uuid')))

export const findByName = statement((db) => db.selectFrom('user').selectAll().where('name', '=', slot<string>('name')))

export const findByIdentity = statement((db) =>
  db
    .selectFrom('user')
    .selectAll()
    .where('identity_issuer', '=', slot<string>('issuer'))
    .where('identity_subject', '=', slot<string>('subject')),
)

export const countAll = statement((db) => db.selectFrom('user').select((eb) => eb.fn.countAll<number>().as('count')))

/** More than there are, where a role of another name holds this one in its own: whoever reads them looks again. */
export const listAdministrators = (db: Kysely<Database>) =>
  db
    .selectFrom('user')
    .selectAll()
    .where('enabled', '=', 1)
    .where('deleted_at', 'is', null)
    .where('grants', 'like', '%"administrator"%')
    .where((eb) =>
      eb.or([
        eb('password', 'is not', null),
        eb('identity_subject', 'is not', null),
        eb.exists(
          eb
            .selectFrom('user_certificate')
            .select('user_certificate.id')
            .whereRef('user_certificate.user_uuid', '=', 'user.uuid'),
        ),
      ]),
    )
    .orderBy('id')

export const insertUser = statement((db) =>
  insertRow(db, 'user', {
    uuid: slot('uuid'),
    name: slot('name'),
    display_name: slot('displayName'),
    email: slot('email'),
    password: slot('password'),
    grants: slot('grants'),
    enabled: slot('enabled'),
    identity_issuer: slot('issuer'),
    identity_subject: slot('subject'),
    created_at: slot('createdAt'),
    last_sign_in_at: null,
    deleted_at: null,
  }),
)

/** As somebody saw it who decided on it. */
const asSeen = (db: Kysely<Database>) =>
  db
    .updateTable('user')
    .where('uuid', '=', slot<string>('uuid'))
    .where('grants', '=', slot<string>('seenGrants'))
    .where('enabled', '=', slot<number>('seenEnabled'))
    .where('deleted_at', 'is', null)

export const updateUser = statement((db) =>
  asSeen(db).set({
    display_name: slot<string | null>('displayName'),
    email: slot<string | null>('email'),
    grants: slot<string>('grants'),
    enabled: slot<number>('enabled'),
  }),
)

export const markDeleted = statement((db) =>
  asSeen(db).set({ deleted_at: slot<number>('now'), password: null, enabled: 0 }),
)

export const setPassword = statement((db) =>
  db
    .updateTable('user')
    .set({ password: slot<string | null>('password') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('deleted_at', 'is', null),
)

/** Changes nothing; it is there, enabled, and has the grants that were seen. */
export const standsBy = statement((db) =>
  db
    .updateTable('user')
    .set({ enabled: 1 })
    .where('uuid', '=', slot<string>('uuid'))
    .where('grants', '=', slot<string>('seenGrants'))
    .where('enabled', '=', 1)
    .where('deleted_at', 'is', null),
)

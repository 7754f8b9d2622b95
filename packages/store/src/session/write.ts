import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import { insertRow, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'

/** Part of whatever takes a user's access away. */
export function writeRevocationOfUser(of: {
  readonly userUuid: string
  readonly now: Date
  readonly exceptSession?: string | undefined
}): Write {
  const { userUuid, now, exceptSession = '' } = of
  const values = { userUuid, now: fromDate(now), except: exceptSession }
  return { statement: revokeOfUser, values, expect: 'any', otherwise: 'state' }
}

/** Only for somebody who may sign in at this moment. */
export const noteSignIn = statement((db) =>
  db
    .updateTable('user')
    .set({ last_sign_in_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('userUuid'))
    .where('enabled', '=', 1)
    .where('deleted_at', 'is', null),
)

export const insertSession = statement((db) =>
  insertRow(db, 'session', {
    uuid: slot('uuid'),
    digest: slot('digest'),
    user_uuid: slot('userUuid'),
    method: slot('method'),
    grants: slot('grants'),
    source: slot('source'),
    user_agent: slot('userAgent'),
    created_at: slot('now'),
    expires_at: slot('expiresAt'),
    last_used_at: slot('now'),
    revoked_at: null,
  }),
)

export const revokeSession = statement((db) =>
  db
    .updateTable('session')
    .set({ revoked_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('revoked_at', 'is', null),
)

const revokeOfUser = statement((db) =>
  db
    .updateTable('session')
    .set({ revoked_at: slot<number>('now') })
    .where('user_uuid', '=', slot<string>('userUuid'))
    .where('uuid', '<>', slot<string>('except'))
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', slot<number>('now')),
)

/** The condition again, for several processes that see the same use as due. */
export const noteUse = statement((db) =>
  db
    .updateTable('session')
    .set({ last_used_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('last_used_at', '<=', slot<number>('before')),
)

export const insertLink = statement((db) =>
  insertRow(db, 'sign_in_link', {
    digest: slot('digest'),
    user_uuid: slot('userUuid'),
    created_at: slot('now'),
    expires_at: slot('expiresAt'),
    used_at: null,
  }),
)

/** A new one takes the place of those that were not used. */
export const voidLinks = statement((db) =>
  db
    .updateTable('sign_in_link')
    .set({ used_at: slot<number>('now') })
    .where('user_uuid', '=', slot<string>('userUuid'))
    .where('used_at', 'is', null),
)

/** Once: of two who come at the same moment one meets the condition. */
export const takeLink = statement((db) =>
  db
    .updateTable('sign_in_link')
    .set({ used_at: slot<number>('now') })
    .where('digest', '=', slot<Buffer>('digest'))
    .where('used_at', 'is', null)
    .where('expires_at', '>', slot<number>('now')),
)

export const deleteSessions = statement((db) => ({
  compile: () =>
    sql`delete from session where id in
      (select id from session where expires_at <= ${slot('before')} order by expires_at limit ${slot('limit')})`.compile(
      db,
    ),
}))

export const deleteLinks = statement((db) =>
  db.deleteFrom('sign_in_link').where('expires_at', '<=', slot<number>('before')),
)

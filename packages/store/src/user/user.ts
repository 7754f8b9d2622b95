import type { Selectable } from 'kysely'
import { toDate, toFlag } from '../column.ts'
import type { UserTable } from '../schema/tables.ts'

/** A role, everywhere or with some profiles; as text, because an older or newer version may have written it. */
export interface StoredGrant {
  readonly role: string
  readonly scope?: { readonly scepProfiles: string[]; readonly raProfiles: string[] } | null | undefined
}

/** A person who administers. The row outlives the person, and so does the name: what was done is recorded under it. */
export interface User {
  readonly uuid: string
  readonly name: string
  readonly displayName: string | null
  readonly email: string | null
  readonly grants: readonly StoredGrant[]
  readonly enabled: boolean
  /** PHC string of argon2id; null: no password signs this user in. */
  readonly password: string | null
  /** Who this is at an identity provider. */
  readonly identity: { readonly issuer: string; readonly subject: string } | null
  readonly createdAt: Date
  readonly lastSignInAt: Date | null
  readonly deletedAt: Date | null
}

export function toUser(row: Selectable<UserTable>): User {
  const { uuid, name, email, password, identity_issuer: issuer, identity_subject: subject } = row
  const time = (column: number | null) => (column === null ? null : toDate(column))
  return {
    uuid,
    name,
    displayName: row.display_name,
    email,
    grants: toGrants(row.grants),
    enabled: toFlag(row.enabled),
    password,
    identity: issuer === null || subject === null ? null : { issuer, subject },
    createdAt: toDate(row.created_at),
    lastSignInAt: time(row.last_sign_in_at),
    deletedAt: time(row.deleted_at),
  }
}

export function toGrants(column: string): StoredGrant[] {
  return JSON.parse(column) as StoredGrant[]
}

/** Always with the same fields in the same order: a change is conditional on the very text. */
export function fromGrants(grants: readonly StoredGrant[]): string {
  return JSON.stringify(grants.map(({ role, scope }) => (scope ? { role, scope } : { role })))
}

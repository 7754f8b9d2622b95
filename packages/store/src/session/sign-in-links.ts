import { createHmac } from 'node:crypto'
import type { AuditEvent, Secret } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { insertLink, takeLink, voidLinks } from './write.ts'

/** Links that sign a user in once, such as one that was just made; shown once, and kept as an HMAC. */
export interface SignInLinks {
  /** Takes the place of those that were not used. */
  create(
    link: { readonly token: Secret; readonly userUuid: string; readonly now: Date; readonly expiresAt: Date },
    audit?: readonly AuditEvent[],
  ): Promise<void>
  /** Whose it is, and whether it still opens something; undefined: there never was such a link, or it is forgotten. */
  find(token: Secret): Promise<SignInLink | undefined>
  /** False: it was used, or is over, by now. */
  take(token: Secret, now: Date): Promise<boolean>
}

export interface SignInLink {
  readonly userUuid: string
  readonly expiresAt: Date
  readonly usedAt: Date | null
}

export function signInLinks(driver: Driver, keys: StoreKeys): SignInLinks {
  const digestOf = (token: Secret) =>
    createHmac('sha256', keys.subkey('sign-in-link')).update(token.reveal(), 'utf8').digest()
  return {
    async create({ token, userUuid, now, expiresAt }, audit = []) {
      const values = { digest: digestOf(token), userUuid, now: fromDate(now), expiresAt: fromDate(expiresAt) }
      const writes: Write[] = [
        { statement: voidLinks, values: { userUuid, now: fromDate(now) }, expect: 'any', otherwise: 'state' },
        { statement: insertLink, values, otherwise: 'state' },
      ]
      await driver.commit({ writes: [...writes, ...writeAudit(keys, audit)] })
    },
    async find(token) {
      const row = await driver.first(findLink, { digest: digestOf(token) })
      if (row === undefined) return undefined
      return {
        userUuid: row.user_uuid,
        expiresAt: toDate(row.expires_at),
        usedAt: row.used_at === null ? null : toDate(row.used_at),
      }
    },
    async take(token, now) {
      const values = { digest: digestOf(token), now: fromDate(now) }
      return (
        (await driver.commit({ writes: [{ statement: takeLink, values, otherwise: 'state' }] })).status === 'committed'
      )
    },
  }
}

const findLink = statement((db) =>
  db.selectFrom('sign_in_link').selectAll().where('digest', '=', slot<Buffer>('digest')),
)

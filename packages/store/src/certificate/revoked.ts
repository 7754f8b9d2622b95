import { REVOCATION_REASONS } from '@chancery/ra'
import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import type { Ids, Way } from './driving.ts'

/** SQLite takes 500 parts of a union. */
const MOST_PARTS = 300

/**
 * What is revoked, by the index of revoked certificates: of each issuer and reason the newest. Chosen where no term is
 * rarer than what is common: of a million certificates few are revoked, mostly.
 */
export async function revokedWay(driver: Driver, state: 'held' | 'revoked', byTerms: Way): Promise<Way> {
  if (byTerms.isFew) return byTerms
  const reasons = Object.values(REVOCATION_REASONS).filter(
    (reason) => (reason === REVOCATION_REASONS.certificateHold) === (state === 'held'),
  )
  const issuers = await driver.report((db) => db.selectFrom('issuer').select('id'))
  const places = issuers.flatMap(({ id }) => reasons.map((reason) => ({ issuer: id, reason })))
  if (places.length > MOST_PARTS) return byTerms
  const ids: Ids = (before, limit) => {
    const some = places.map(
      ({ issuer, reason }) => sql`select * from (select id from certificate where state = 'revoked'
        and issuer_id = ${issuer} and revocation_reason = ${reason} and id < ${before} order by id desc limit ${limit}) part`,
    )
    return sql`select id from (${sql.join(some, sql` union all `)}) merged order by id desc limit ${limit}`
  }
  return { ids, by: undefined, isFew: false }
}

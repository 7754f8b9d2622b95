import type { ChallengeOrigin } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { slot, statement } from '../statement.ts'

export type ChallengeState = 'live' | 'used' | 'expired' | 'revoked'

/** A challenge as administrators see it: everything but its text, which is nowhere. */
export interface ChallengeEntry {
  readonly uuid: string
  readonly state: ChallengeState
  readonly uses: number
  readonly remainingUses: number
  readonly subject: string | null
  readonly subjectAltNames: readonly string[] | null
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly maker: string
  readonly origin: ChallengeOrigin
  /** The newest first, and at most `MOST_USES`. */
  readonly usedBy: readonly ChallengeUser[]
}

/** A transaction that took a use. */
export interface ChallengeUser {
  readonly transactionUuid: string
  /** `reserved`: it waits; `returned`: it came to nothing that was the device's fault. */
  readonly use: 'reserved' | 'spent' | 'returned'
  readonly at: Date
  /** As addressed; null once the transaction is forgotten. */
  readonly endpoint: string | null
  readonly certificateUuid: string | null
}

export interface ChallengeListOptions {
  readonly scepProfileId: number
  /** Undefined: of any. */
  readonly state?: ChallengeState | undefined
  /** Where the page before ended. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface ChallengePage {
  readonly challenges: readonly ChallengeEntry[]
  /** Where the next page begins; undefined: there is none. A page may be shorter than asked for and still have a next one. */
  readonly next: number | undefined
}

export const MOST_USES = 10

/** So many rows are looked at for a page, however few of them are in the state that is asked for: devices wait for the same database. */
const MOST_ROWS_OF_PAGE = 5000
const NONE_BEFORE = Number.MAX_SAFE_INTEGER

/** The newest first. */
export async function listChallenges(driver: Driver, options: ChallengeListOptions, now: Date): Promise<ChallengePage> {
  const { scepProfileId, state, before = NONE_BEFORE, limit } = options
  const { rowsOfPage, usesOfPage } = STATEMENTS[state ?? 'any']
  const range = { scepProfile: scepProfileId, before, now: fromDate(now) }
  const end = await driver.first(endOfPage, { ...range, rows: MOST_ROWS_OF_PAGE - 1 })
  const found = await driver.all(rowsOfPage, { ...range, end: end?.id ?? 0, limit: limit + 1 })
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const next = found.length > limit ? last?.id : end?.id
  const uses = last === undefined ? [] : await driver.all(usesOfPage, { ...range, end: last.id, most: MOST_USES })
  const byChallenge = Map.groupBy(uses, ofChallenge)
  return { challenges: rows.map((row) => toEntry(row, byChallenge, now)), next }
}

/** @returns undefined where the profile has none of this UUID */
export async function findChallenge(
  driver: Driver,
  { scepProfileId, uuid }: { readonly scepProfileId: number; readonly uuid: string },
  now: Date,
): Promise<ChallengeEntry | undefined> {
  const row = await driver.first(findOne, { scepProfile: scepProfileId, uuid })
  if (row === undefined) return undefined
  return toEntry(row, Map.groupBy(await driver.all(usesOfOne, { id: row.id, most: MOST_USES }), ofChallenge), now)
}

interface Row {
  readonly id: number
  readonly uuid: string
  readonly uses: number
  readonly remaining: number
  readonly subject: string | null
  readonly subject_alt_names: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly revoked_at: number | null
  readonly maker: string
  readonly origin: 'ndes-page' | null
}

interface UseRow {
  readonly challenge_id: number
  readonly transaction_uuid: string
  readonly state: ChallengeUser['use']
  readonly changed_at: number
  readonly endpoint: string | null
  readonly certificate_uuid: string | null
}

const ofChallenge = ({ challenge_id }: UseRow): number => challenge_id

/** What each state means of a row; in one place with `stateOf`, which says the same. */
const STATES = {
  any: sql`1 = 1`,
  live: sql`c.revoked_at is null and c.remaining > 0 and c.expires_at > ${slot('now')}`,
  used: sql`c.revoked_at is null and c.remaining = 0`,
  expired: sql`c.revoked_at is null and c.remaining > 0 and c.expires_at <= ${slot('now')}`,
  revoked: sql`c.revoked_at is not null`,
} satisfies Record<ChallengeState | 'any', unknown>

function stateOf({ revoked_at, remaining, expires_at }: Row, now: Date): ChallengeState {
  if (revoked_at !== null) return 'revoked'
  if (remaining === 0) return 'used'
  return expires_at > fromDate(now) ? 'live' : 'expired'
}

const query = <R>(text: ReturnType<typeof sql>) =>
  statement<R>((db) => ({ compile: () => sql<R>`${text}`.compile(db) }))

const COLUMNS = sql`c.id, c.uuid, c.uses, c.remaining, c.subject, c.subject_alt_names, c.created_at, c.expires_at,
  c.revoked_at, c.maker, c.origin`
const RANGE = sql`c.scep_profile_id = ${slot('scepProfile')} and c.id < ${slot('before')}`
const USE_COLUMNS = sql`u.challenge_id, u.transaction_uuid, u.state, u.changed_at, t.endpoint, t.certificate_uuid`
const TRANSACTION = sql`left join scep_transaction t on t.uuid = u.transaction_uuid`

const endOfPage = query<{ readonly id: number }>(
  sql`select c.id from challenge c where ${RANGE} order by c.id desc limit 1 offset ${slot('rows')}`,
)

const ofState = (condition: ReturnType<typeof sql>) => ({
  rowsOfPage: query<Row>(sql`select ${COLUMNS} from challenge c
    where ${RANGE} and c.id >= ${slot('end')} and ${condition} order by c.id desc limit ${slot('limit')}`),
  usesOfPage:
    query<UseRow>(sql`select ${USE_COLUMNS} from challenge c join challenge_use u on u.challenge_id = c.id ${TRANSACTION}
    where ${RANGE} and c.id >= ${slot('end')} and ${condition}
    and u.id in (select l.id from challenge_use l where l.challenge_id = c.id order by l.id desc limit ${slot('most')})
    order by u.id desc`),
})

const STATEMENTS = {
  any: ofState(STATES.any),
  live: ofState(STATES.live),
  used: ofState(STATES.used),
  expired: ofState(STATES.expired),
  revoked: ofState(STATES.revoked),
}

const findOne = query<Row>(
  sql`select ${COLUMNS} from challenge c where c.uuid = ${slot('uuid')} and c.scep_profile_id = ${slot('scepProfile')}`,
)

const usesOfOne = query<UseRow>(sql`select ${USE_COLUMNS} from challenge_use u ${TRANSACTION}
  where u.challenge_id = ${slot('id')} order by u.id desc limit ${slot('most')}`)

function toEntry(row: Row, uses: ReadonlyMap<number, readonly UseRow[]>, now: Date): ChallengeEntry {
  return {
    uuid: row.uuid,
    state: stateOf(row, now),
    uses: row.uses,
    remainingUses: row.remaining,
    subject: row.subject,
    subjectAltNames: row.subject_alt_names === null ? null : (JSON.parse(row.subject_alt_names) as string[]),
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    revokedAt: row.revoked_at === null ? null : toDate(row.revoked_at),
    maker: row.maker,
    origin: row.origin ?? 'api',
    usedBy: (uses.get(row.id) ?? []).map(toUser),
  }
}

function toUser({ transaction_uuid, state, changed_at, endpoint, certificate_uuid }: UseRow): ChallengeUser {
  return {
    transactionUuid: transaction_uuid,
    use: state,
    at: toDate(changed_at),
    endpoint,
    certificateUuid: certificate_uuid,
  }
}

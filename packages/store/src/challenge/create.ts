import { createHmac } from 'node:crypto'
import type { AuditEvent, NewChallenge, Secret } from '@chancery/ra'
import { type Insertable, sql } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import { fromDate, fromText } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { ChallengeTable } from '../schema/tables.ts'
import { type SealedPlace, seal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { condition, insertRow, type Statement, slot, statement, type Value, type Values } from '../statement.ts'
import { StoreError } from '../store-error.ts'
import type { Unit, Write } from '../unit.ts'

/** What is left of a challenge that expired serves for looking back so long, whether or not it was used. */
export const KEPT_MILLISECONDS = 90 * 86_400_000

/** All of them in one commit, or none. */
export async function createChallenges(
  driver: Driver,
  keys: StoreKeys,
  challenges: readonly NewChallenge[],
  now: Date,
  audit: readonly AuditEvent[] = [],
): Promise<void> {
  const rows = challenges.map((challenge) => valuesOf(keys, challenge, now))
  const [first, ...others] = rows
  if (first === undefined) return
  const told = writeAudit(keys, audit)
  const unit: Unit =
    others.length === 0
      ? { writes: [insertion(first), ...told] }
      : { writes: [...insertions(rows), ...told], sequential: true }
  if ((await driver.commit(unit)).status === 'conflict') throw duplicate()
}

/** @returns false where as many of its origin are live already as may be */
export async function createChallengeWithin(
  driver: Driver,
  keys: StoreKeys,
  challenge: NewChallenge,
  { mostLive, now, audit }: { readonly mostLive: number; readonly now: Date; readonly audit: readonly AuditEvent[] },
): Promise<boolean> {
  const values = { ...valuesOf(keys, challenge, now), mostLive }
  const result = await driver.commit({
    writes: [{ statement: fewLive, values, otherwise: 'caps' }, insertion(values), ...writeAudit(keys, audit)],
  })
  if (result.status === 'committed') return true
  if (result.on === 'caps') return false
  throw duplicate()
}

/** Bound to the profile: the same challenge in two profiles is two rows, and neither opens the other's door. */
export function challengeDigest(keys: StoreKeys, scepProfileId: number, challenge: Secret): Buffer {
  const profile = Buffer.alloc(8)
  profile.writeBigUInt64BE(BigInt(scepProfileId))
  return createHmac('sha256', keys.subkey('challenge')).update(profile).update(challenge.reveal(), 'utf8').digest()
}

export function placeOf(uuid: string): SealedPlace {
  return { table: 'challenge', column: 'sealed_challenge', row: uuid }
}

function valuesOf(keys: StoreKeys, challenge: NewChallenge, now: Date): Values {
  const { uuid, subject, subjectAltNames, expiresAt, origin } = challenge
  const secret = Buffer.from(challenge.challenge.reveal(), 'utf8')
  return {
    uuid,
    scepProfile: challenge.scepProfileId,
    digest: challengeDigest(keys, challenge.scepProfileId, challenge.challenge),
    subject: subject === null ? null : fromText(subject),
    subjectAltNames: subjectAltNames === null ? null : JSON.stringify(subjectAltNames),
    uses: challenge.uses,
    expiresAt: fromDate(expiresAt),
    maker: fromText(challenge.maker),
    sealed: challenge.isPassword ? seal(keys, placeOf(uuid), secret) : null,
    now: fromDate(now),
    origin: origin === 'ndes-page' ? origin : null,
    keptUntil: fromDate(new Date(expiresAt.getTime() + KEPT_MILLISECONDS)),
  }
}

function insertion(values: Values): Write {
  return { statement: insertOne, values, otherwise: 'challenge', unique: 'challenge' }
}

const insertOne = statement((db) => insertRow(db, 'challenge', row('')))

/**
 * Several rows a statement, their number a power of two: few statements are ever compiled, and one commit of a thousand
 * challenges holds neither the loop nor the connection for a thousand of them.
 */
function insertions(rows: readonly Values[]): Write[] {
  const writes: Write[] = []
  for (let at = 0; at < rows.length; ) {
    const size = 2 ** Math.floor(Math.log2(Math.min(rows.length - at, MOST_ROWS)))
    const values = rows
      .slice(at, at + size)
      .flatMap((one, index) => Object.entries(one).map(([name, value]) => [`${name}${index}`, value] as const))
    writes.push({
      statement: insertMany(size),
      values: Object.fromEntries(values),
      expect: 'any',
      otherwise: 'challenge',
      unique: 'challenge',
    })
    at += size
  }
  return writes
}

/** SQLite takes 32766 parameters. */
const MOST_ROWS = 512

const compiled = new Map<number, Statement>()

function insertMany(size: number): Statement {
  const known = compiled.get(size)
  if (known !== undefined) return known
  const made = statement((db) =>
    db.insertInto('challenge').values(Array.from({ length: size }, (_, index) => row(String(index)))),
  )
  compiled.set(size, made)
  return made
}

/** @param index behind the name of each value */
function row(index: string): Insertable<ChallengeTable> {
  const of = <T extends Value>(name: string) => slot<T>(`${name}${index}`)
  return {
    uuid: of('uuid'),
    scep_profile_id: of('scepProfile'),
    digest: of('digest'),
    subject: of('subject'),
    subject_alt_names: of('subjectAltNames'),
    uses: of('uses'),
    remaining: of('uses'),
    expires_at: of('expiresAt'),
    revoked_at: null,
    maker: of('maker'),
    sealed_challenge: of('sealed'),
    created_at: of('now'),
    origin: of('origin'),
    kept_until: of('keptUntil'),
  }
}

/** PostgreSQL counts what is committed: those made at the same moment may go a little above it. */
const fewLive = condition((db) => ({
  compile: () =>
    sql`select 1 as few where (select count(*) from challenge
      where scep_profile_id = ${slot('scepProfile')} and origin = ${slot('origin')} and expires_at > ${slot('now')}
      and remaining > 0 and revoked_at is null) < ${slot('mostLive')}`.compile(db),
}))

function duplicate(): StoreError {
  return new StoreError(
    'ERR_STORE_DUPLICATE',
    'This challenge exists already. Choose another one, or let the server make it.',
  )
}

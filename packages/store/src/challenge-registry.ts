import { type ChallengeRecord, type ChallengeRegistry, Secret } from '@chancery/ra'
import type { Kysely } from 'kysely'
import { challengeDigest, createChallenges, placeOf } from './challenge/create.ts'
import { fromDate, toBytes, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import type { Database } from './schema/tables.ts'
import { unseal } from './seal/seal.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { slot, statement } from './statement.ts'

/**
 * One-time challenges. The challenge itself is nowhere in the clear: its HMAC under a key that is not in the clear either,
 * and for those that are passwords of envelopes, sealed.
 */
export function challengeRegistry(driver: Driver, keys: StoreKeys, now: () => Date): ChallengeRegistry {
  return {
    async find(scepProfileId, challenge): Promise<ChallengeRecord | undefined> {
      const row = await driver.first(findByDigest, { digest: challengeDigest(keys, scepProfileId, challenge) })
      if (row === undefined) return undefined
      return {
        id: row.id,
        uuid: row.uuid,
        remainingUses: row.remaining,
        expiresAt: toDate(row.expires_at),
        revoked: row.revoked_at !== null,
        subject: row.subject,
        subjectAltNames: row.subject_alt_names === null ? null : (JSON.parse(row.subject_alt_names) as string[]),
      }
    },
    create: (challenge) => createChallenges(driver, keys, [challenge], now()),
    async passwords(scepProfileId, at, most) {
      const rows = await driver.all(findPasswords, { scepProfile: scepProfileId, now: fromDate(at), most })
      return rows.flatMap((row) => opened(keys, row) ?? [])
    },
    async password(scepProfileId, uuid, at) {
      const row = await driver.first(findPassword, { scepProfile: scepProfileId, uuid, now: fromDate(at) })
      return row === undefined ? undefined : opened(keys, row)
    },
  }
}

function opened(keys: StoreKeys, row: { uuid: string; sealed_challenge: Buffer | null }): Secret | undefined {
  if (row.sealed_challenge === null) return undefined
  return new Secret(unseal(keys, placeOf(row.uuid), toBytes(row.sealed_challenge)).toString('utf8'))
}

const findByDigest = statement((db) =>
  db
    .selectFrom('challenge')
    .where('digest', '=', slot<Buffer>('digest'))
    .select(['id', 'uuid', 'remaining', 'expires_at', 'revoked_at', 'subject', 'subject_alt_names']),
)

const livePasswords = (db: Kysely<Database>) =>
  db
    .selectFrom('challenge')
    .where('scep_profile_id', '=', slot<number>('scepProfile'))
    .where('sealed_challenge', 'is not', null)
    .where('expires_at', '>', slot<number>('now'))
    .where('revoked_at', 'is', null)
    .select(['uuid', 'sealed_challenge'])

const findPasswords = statement((db) => livePasswords(db).orderBy('id', 'desc').limit(slot<number>('most')))

const findPassword = statement((db) => livePasswords(db).where('uuid', '=', slot<string>('uuid')))

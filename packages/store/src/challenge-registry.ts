import { createHmac } from 'node:crypto'
import { type ChallengeRecord, type ChallengeRegistry, type NewChallenge, Secret } from '@chancery/ra'
import type { Kysely } from 'kysely'
import { fromDate, fromText, toBytes, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import type { Database } from './schema/tables.ts'
import { type SealedPlace, seal, unseal } from './seal/seal.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { insertRow, slot, statement } from './statement.ts'
import { StoreError } from './store-error.ts'

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
    async create(challenge) {
      const { subject, subjectAltNames } = challenge
      const values = {
        uuid: challenge.uuid,
        scepProfile: challenge.scepProfileId,
        digest: challengeDigest(keys, challenge.scepProfileId, challenge.challenge),
        subject: subject === null ? null : fromText(subject),
        subjectAltNames: subjectAltNames === null ? null : JSON.stringify(subjectAltNames),
        uses: challenge.uses,
        expiresAt: fromDate(challenge.expiresAt),
        maker: fromText(challenge.maker),
        sealed: challenge.isPassword ? sealed(keys, challenge) : null,
        now: fromDate(now()),
      }
      const { status } = await driver.commit({
        writes: [{ statement: insertChallenge, values, otherwise: 'challenge', unique: 'challenge' }],
      })
      if (status === 'conflict') {
        throw new StoreError(
          'ERR_STORE_DUPLICATE',
          'This challenge exists already. Choose another one, or let the server make it.',
        )
      }
    },
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

function sealed(keys: StoreKeys, { uuid, challenge }: NewChallenge): Buffer {
  return seal(keys, placeOf(uuid), Buffer.from(challenge.reveal(), 'utf8'))
}

function opened(keys: StoreKeys, row: { uuid: string; sealed_challenge: Buffer | null }): Secret | undefined {
  if (row.sealed_challenge === null) return undefined
  return new Secret(unseal(keys, placeOf(row.uuid), toBytes(row.sealed_challenge)).toString('utf8'))
}

function placeOf(uuid: string): SealedPlace {
  return { table: 'challenge', column: 'sealed_challenge', row: uuid }
}

/** Bound to the profile: the same challenge in two profiles is two rows, and neither opens the other's door. */
function challengeDigest(keys: StoreKeys, scepProfileId: number, challenge: Secret): Buffer {
  const profile = Buffer.alloc(8)
  profile.writeBigUInt64BE(BigInt(scepProfileId))
  return createHmac('sha256', keys.subkey('challenge')).update(profile).update(challenge.reveal(), 'utf8').digest()
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

const insertChallenge = statement((db) =>
  insertRow(db, 'challenge', {
    uuid: slot('uuid'),
    scep_profile_id: slot('scepProfile'),
    digest: slot('digest'),
    subject: slot('subject'),
    subject_alt_names: slot('subjectAltNames'),
    uses: slot('uses'),
    remaining: slot('uses'),
    expires_at: slot('expiresAt'),
    revoked_at: null,
    maker: slot('maker'),
    sealed_challenge: slot('sealed'),
    created_at: slot('now'),
  }),
)

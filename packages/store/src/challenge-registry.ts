import { createHmac } from 'node:crypto'
import type { ChallengeRecord, ChallengeRegistry, Secret } from '@chancery/ra'
import { fromDate, fromText, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { insertRow, slot, statement } from './statement.ts'
import { StoreError } from './store-error.ts'

/** One-time challenges. The challenge itself is nowhere: only its HMAC under a key that is not in the clear either. */
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
  }
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
    created_at: slot('now'),
  }),
)

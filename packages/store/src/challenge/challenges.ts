import type { AuditEvent, ChallengeRegistry, NewChallenge } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { challengeRegistry } from '../challenge-registry.ts'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { slot, statement } from '../statement.ts'
import { createChallenges, createChallengeWithin } from './create.ts'
import {
  type ChallengeEntry,
  type ChallengeListOptions,
  type ChallengePage,
  findChallenge,
  listChallenges,
} from './list.ts'
import { type ChallengePruning, challengePruning } from './prune.ts'

/** Which challenge is meant: one of another profile is none. */
export interface ChallengeOfProfile {
  readonly scepProfileId: number
  readonly uuid: string
}

/** What enrolment asks of challenges, and what administrators and jobs do with them. */
export interface Challenges extends ChallengeRegistry, ChallengePruning {
  /** All in one commit, or none. */
  createAll(challenges: readonly NewChallenge[], audit?: readonly AuditEvent[]): Promise<void>
  /** @returns false where so many of the same origin are live already in the profile */
  createWithin(challenge: NewChallenge, mostLive: number, audit?: readonly AuditEvent[]): Promise<boolean>
  list(options: ChallengeListOptions, now: Date): Promise<ChallengePage>
  get(which: ChallengeOfProfile, now: Date): Promise<ChallengeEntry | undefined>
  /** Nothing new is opened with it from then on. Again changes nothing. @returns false where there is none */
  revoke(which: ChallengeOfProfile, at: Date, audit?: readonly AuditEvent[]): Promise<boolean>
}

export function challengesOf(driver: Driver, keys: StoreKeys, now: () => Date): Challenges {
  return {
    ...challengeRegistry(driver, keys, now),
    ...challengePruning(driver),
    createAll: (challenges, audit = []) => createChallenges(driver, keys, challenges, now(), audit),
    createWithin: (challenge, mostLive, audit = []) =>
      createChallengeWithin(driver, keys, challenge, { mostLive, now: now(), audit }),
    list: (options, at) => listChallenges(driver, options, at),
    get: (which, at) => findChallenge(driver, which, at),
    async revoke({ scepProfileId, uuid }, at, audit = []) {
      const values = { scepProfile: scepProfileId, uuid, now: fromDate(at) }
      const revoked = { statement: revoke, values, otherwise: 'challenge' } as const
      const { status } = await driver.commit({ writes: [revoked, ...writeAudit(keys, audit)] })
      return status === 'committed'
    },
  }
}

/** The first time counts. */
const revoke = statement((db) =>
  db
    .updateTable('challenge')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(slot<number>('now'))) }))
    .where('uuid', '=', slot<string>('uuid'))
    .where('scep_profile_id', '=', slot<number>('scepProfile')),
)

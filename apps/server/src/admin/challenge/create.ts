import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHALLENGE_LIMITS, type CreatedChallenge, type NewChallenge } from '@chancery/api'
import {
  type AuditEvent,
  type Configuration,
  type NewChallenge as NewRecord,
  type ScepProfile,
  Secret,
  uuidV7,
} from '@chancery/ra'
import { adminEvent } from '../../audit/admin-event.ts'
import { challengeDeed } from '../../audit/challenge-deed.ts'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { addressOf } from '../scep-endpoint/address.ts'
import { type Bindings, readBindings } from './bindings.ts'
import { generateChallenge } from './generate.ts'

/** For which profile, as it is configured now. */
export interface ForProfile {
  readonly profile: ScepProfile
  readonly configuration: Configuration
}

/** Makes a one-time challenge and shows it this once: the store keeps an HMAC. */
export async function createOneTimeChallenge(
  context: ServerContext,
  where: ForProfile,
  asked: NewChallenge,
  caller: Caller,
): Promise<CreatedChallenge> {
  const faults: string[] = []
  const bindings = readBindings(asked, faults)
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  const [made] = await create(context, where, [{ asked, bindings }], caller)
  return made as CreatedChallenge
}

/** After so many the loop is free for a device (design, rule 16). */
const AT_A_TIME = 50

/** All of them in one commit, or none; the faults of each are told with its index. */
export async function createOneTimeChallenges(
  context: ServerContext,
  where: ForProfile,
  wishes: readonly NewChallenge[],
  caller: Caller,
): Promise<CreatedChallenge[]> {
  const faults: string[] = []
  const bound: Wish[] = []
  for (const [index, asked] of wishes.entries()) {
    bound.push({ asked, bindings: readBindings(asked, faults, `[${index}].`) })
    if (index % AT_A_TIME === AT_A_TIME - 1) await nextTurn()
  }
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  return create(context, where, bound, caller)
}

interface Wish {
  readonly asked: NewChallenge
  readonly bindings: Bindings
}

async function create(
  context: ServerContext,
  { profile, configuration }: ForProfile,
  wishes: readonly Wish[],
  caller: Caller,
): Promise<CreatedChallenge[]> {
  requireOneTime(profile)
  const address = addressOf(context, profile, configuration)
  const now = context.now()
  const records: NewRecord[] = []
  for (const [index, wish] of wishes.entries()) {
    records.push(recordOf(wish, profile, caller, now))
    if (index % AT_A_TIME === AT_A_TIME - 1) await nextTurn()
  }
  await context.store.challenges.createAll(records, eventsOf(records, profile, caller, now))
  const [first] = records
  context.log.info(
    {
      ...(records.length === 1
        ? { challenge: first?.uuid, uses: first?.uses, expiresAt: first?.expiresAt }
        : { challenges: records.length, first: first?.uuid, last: records.at(-1)?.uuid }),
      scepProfile: profile.name,
      maker: caller.name,
    },
    records.length === 1 ? 'challenge created' : 'challenges created',
  )
  return records.map((record) => ({
    uuid: record.uuid,
    challenge: record.challenge.reveal(),
    scepProfile: profile.name,
    uses: record.uses,
    expiresAt: record.expiresAt.toISOString(),
    subject: record.subject,
    subjectAltNames: record.subjectAltNames === null ? null : [...record.subjectAltNames],
    ...address,
    ...(record.isPassword && { scepUrl: naming(record.uuid, address.scepUrl) }),
  }))
}

/** One for all that are made together; the texts are nowhere. */
function eventsOf(records: readonly NewRecord[], { name }: ScepProfile, caller: Caller, now: Date): AuditEvent[] {
  const [first] = records
  if (first === undefined) return []
  return [adminEvent(caller, now, challengeDeed(first, name, records.length))]
}

function recordOf({ asked, bindings }: Wish, { id }: ScepProfile, { name }: Caller, now: Date): NewRecord {
  return {
    uuid: uuidV7(now),
    scepProfileId: id,
    challenge: new Secret(generateChallenge()),
    uses: asked.uses ?? CHALLENGE_LIMITS.uses.default,
    expiresAt: new Date(now.getTime() + (asked.ttlSeconds ?? CHALLENGE_LIMITS.ttlSeconds.default) * 1000),
    ...bindings,
    maker: name,
    isPassword: asked.password === true,
  }
}

/** The address that names the challenge, so that the server knows which one to open a request with. */
function naming(uuid: string, scepUrl: string): string {
  const at = scepUrl.lastIndexOf('/')
  return `${scepUrl.slice(0, at)}/c/${uuid}${scepUrl.slice(at)}`
}

/** @throws {AdminRefusal} 409 where a one-time challenge would open nothing */
export function requireOneTime({ name, challengeKind }: ScepProfile): void {
  if (challengeKind === 'one-time') return
  throw new AdminRefusal(409, [
    `SCEP profile "${name}" has challengeKind ${challengeKind}, so a one-time challenge would open nothing: set challengeKind to one-time first.`,
  ])
}

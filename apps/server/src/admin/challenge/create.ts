import { CHALLENGE_LIMITS, type CreatedChallenge, type NewChallenge } from '@chancery/api'
import { type Configuration, type ScepProfile, Secret, uuidV7 } from '@chancery/ra'
import type { Caller } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { addressOf } from '../scep-endpoint/address.ts'
import { readBindings } from './bindings.ts'
import { generateChallenge } from './generate.ts'

/** Makes a one-time challenge and shows it this once: the store keeps an HMAC. */
export async function createOneTimeChallenge(
  context: ServerContext,
  { profile, configuration }: { profile: ScepProfile; configuration: Configuration },
  asked: NewChallenge,
  caller: Caller,
): Promise<CreatedChallenge> {
  const bindings = readBindings(asked)
  if (profile.challengeKind !== 'one-time') throw new AdminRefusal(409, [wouldBeRefused(profile)])
  const address = addressOf(context, profile, configuration)
  const uses = asked.uses ?? CHALLENGE_LIMITS.uses.default
  const ttlSeconds = asked.ttlSeconds ?? CHALLENGE_LIMITS.ttlSeconds.default
  const now = context.now()
  const expiresAt = new Date(now.getTime() + ttlSeconds * 1000)
  const uuid = uuidV7(now)
  const challenge = generateChallenge()
  await context.store.challenges.create({
    uuid,
    scepProfileId: profile.id,
    challenge: new Secret(challenge),
    uses,
    expiresAt,
    ...bindings,
    maker: caller.name,
    isPassword: asked.password === true,
  })
  context.log.info(
    { challenge: uuid, scepProfile: profile.name, uses, expiresAt, maker: caller.name },
    'challenge created',
  )
  return {
    uuid,
    challenge,
    scepProfile: profile.name,
    uses,
    expiresAt: expiresAt.toISOString(),
    subject: bindings.subject,
    subjectAltNames: bindings.subjectAltNames === null ? null : [...bindings.subjectAltNames],
    ...address,
    ...(asked.password === true && { scepUrl: naming(uuid, address.scepUrl) }),
  }
}

/** The address that names the challenge, so that the server knows which one to open a request with. */
function naming(uuid: string, scepUrl: string): string {
  const at = scepUrl.lastIndexOf('/')
  return `${scepUrl.slice(0, at)}/c/${uuid}${scepUrl.slice(at)}`
}

function wouldBeRefused({ name, challengeKind }: ScepProfile): string {
  return `SCEP profile "${name}" has challengeKind ${challengeKind}, so a one-time challenge would open nothing: set challengeKind to one-time first.`
}

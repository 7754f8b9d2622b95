import { randomBytes } from 'node:crypto'
import { Secret, uuidV7 } from '@chancery/ra'
import type { Bindings } from '../admin/challenge/bindings.ts'
import { type ForProfile, requireOneTime } from '../admin/challenge/create.ts'
import { caCertificateOf } from '../admin/scep-endpoint/address.ts'
import { adminEvent } from '../audit/admin-event.ts'
import { challengeDeed } from '../audit/challenge-deed.ts'
import type { Caller } from '../auth/caller.ts'
import type { ServerContext } from '../context.ts'
import type { NewPassword } from './page.ts'

/** As NDES has it, and as programs that manage devices assume. */
const MINUTES = 60

/**
 * Unused challenges of this page that a profile may have at a time. NDES allows five, which a fleet exhausts in a moment;
 * without a bound somebody with a token fills the store.
 */
export const MOST_LIVE = 1000

/**
 * A challenge for one certificate, in the form that NDES gives it.
 * @returns undefined where as many wait to be used as may
 * @throws {AdminRefusal} 409 where it would open nothing
 */
export async function createPassword(
  context: ServerContext,
  { profile, configuration }: ForProfile,
  bindings: Bindings,
  caller: Caller,
): Promise<NewPassword | undefined> {
  requireOneTime(profile)
  const caCertificate = caCertificateOf(profile, configuration)
  const now = context.now()
  const uuid = uuidV7(now)
  const challenge = randomBytes(16).toString('hex').toUpperCase()
  const expiresAt = new Date(now.getTime() + MINUTES * 60_000)
  const record = {
    uuid,
    scepProfileId: profile.id,
    challenge: new Secret(challenge),
    uses: 1,
    expiresAt,
    ...bindings,
    maker: caller.name,
    isPassword: false,
    origin: 'ndes-page' as const,
  }
  const event = adminEvent(caller, now, challengeDeed(record, profile.name, 1))
  if (!(await context.store.challenges.createWithin(record, MOST_LIVE, [event]))) return undefined
  context.log.info(
    { challenge: uuid, scepProfile: profile.name, uses: 1, expiresAt, maker: caller.name, origin: record.origin },
    'challenge created',
  )
  return { caCertificate, challenge, minutes: MINUTES }
}

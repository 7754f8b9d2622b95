import { Unavailable } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import type { User } from '@chancery/store'
import { AdminRefusal } from '../../admin/admin-refusal.ts'
import type { ServerContext } from '../../context.ts'
import { Derivations } from '../../limits/derivations.ts'
import { type Attempt, SignInLimits } from '../../limits/sign-in-limits.ts'
import { sourceOf } from '../../limits/source.ts'
import { ARGON2ID, type PasswordHash } from './argon2id.ts'

/** Why a name and a password let nobody in; for log and audit, never for who sent them. */
export type WrongBecause = 'unknown' | 'disabled' | 'noPassword' | 'wrongPassword'

export type Outcome =
  | { readonly status: 'right'; readonly user: User }
  | { readonly status: 'wrong'; readonly because: WrongBecause; readonly user: User | undefined }

/** Everything that costs a derivation, which is done for few at a time, and for those who keep failing not at all. */
export interface Passwords {
  /** @throws {AdminRefusal} 429, 503: come again, nothing was looked at */
  check(name: string, password: Secret, peer: string): Promise<Outcome>
  /** For keeping. @throws {AdminRefusal} 503 */
  hash(password: Secret): Promise<string>
}

const WAITING = 16
/** Peers that are not limited as a source; a proxy that nobody declared is refused before. */
const HERE = 'here'

type PasswordsContext = Pick<ServerContext, 'config' | 'store' | 'now'>

export function passwordsOf(
  { config, store, now }: PasswordsContext,
  passwordHash: PasswordHash = ARGON2ID,
): Passwords {
  const limits = new SignInLimits(config.workers)
  // Two at a time in all, and neither can fill the other's line.
  const known = new Derivations({ atOnce: 1, waiting: WAITING, of: 'sign-ins' })
  const strangers = new Derivations({ atOnce: 1, waiting: WAITING, of: 'sign-ins' })

  const derive = async (isKnown: boolean, password: Secret, kept: string | undefined) => {
    const seconds = isKnown ? 0 : limits.stranger(now())
    if (seconds > 0) throw tooMany(seconds, 'Too many sign in at this moment.')
    return turn(isKnown ? known : strangers, () => passwordHash.isRight(password, kept))
  }

  const judge = async ({ account, source }: Attempt, password: Secret): Promise<Outcome> => {
    const user = await store.users.findByName(account)
    // Asked for nobody as well, so that an answer takes as long.
    const sources = await store.sessions.sourcesOf(user?.uuid ?? '')
    const isKnown = sources.some((one) => (sourceOf(one) ?? HERE) === source)
    const because = shutOut(user)
    const kept = because === undefined ? (user?.password ?? undefined) : undefined
    const isRight = await derive(isKnown, password, kept)
    if (isRight && user !== undefined && because === undefined) return { status: 'right', user }
    return { status: 'wrong', because: because ?? 'wrongPassword', user }
  }

  return {
    async check(typed, password, peer) {
      const attempt = { account: typed.trim().toLowerCase(), source: sourceOf(peer) ?? HERE }
      const seconds = limits.begin(attempt, now())
      if (seconds > 0) throw tooMany(seconds, 'Too many sign-ins from your address failed.')
      let outcome: Outcome | undefined
      try {
        outcome = await judge(attempt, password)
        return outcome
      } finally {
        if (outcome?.status !== 'wrong') limits.giveBack(attempt, now())
      }
    },
    hash: (password) => turn(known, () => passwordHash.make(password)),
  }
}

function shutOut(user: User | undefined): WrongBecause | undefined {
  if (user === undefined || user.deletedAt !== null) return 'unknown'
  if (!user.enabled) return 'disabled'
  return user.password === null ? 'noPassword' : undefined
}

async function turn<T>(derivations: Derivations, work: () => Promise<T>): Promise<T> {
  try {
    return await derivations.turn(work)
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    throw new AdminRefusal(503, ['Too many sign in at this moment. Try again in a few seconds.'], {
      'retry-after': '5',
    })
  }
}

function tooMany(seconds: number, what: string): AdminRefusal {
  return new AdminRefusal(429, [`${what} Try again in ${seconds} seconds.`], { 'retry-after': String(seconds) })
}

import { randomBytes } from 'node:crypto'
import type { AuditEvent } from '@chancery/ra'
import { Secret } from '@chancery/scep'
import type { Store, User } from '@chancery/store'

const HOURS = 24

/** What signs somebody in once. */
export interface NewSignInLink {
  readonly token: Secret
  readonly expiresAt: Date
}

/** Those that were not used are void from then on. */
export async function newSignInLink(
  { signInLinks }: Pick<Store, 'signInLinks'>,
  user: Pick<User, 'uuid'>,
  now: Date,
  audit: readonly AuditEvent[],
): Promise<NewSignInLink> {
  const token = new Secret(randomBytes(32).toString('base64url'))
  const expiresAt = new Date(now.getTime() + HOURS * 3_600_000)
  await signInLinks.create({ token, userUuid: user.uuid, now, expiresAt }, audit)
  return { token, expiresAt }
}

/** In the fragment, which a browser keeps to itself: it reaches no log and no proxy. */
export function signInUrl(pageUrl: string, token: Secret): string {
  return `${pageUrl}/sign-in#${token.reveal()}`
}

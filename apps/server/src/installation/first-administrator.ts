import { type AuditEvent, uuidV7 } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import { startEvent } from '../audit/own-event.ts'
import { newSignInLink } from '../auth/session/sign-in-link.ts'

const NAME = 'admin'

/**
 * Where there never was a user, there is one from now on, who may do everything and has no password: the link lets a person
 * in once. Of two nodes that start at once one makes it. Whoever loses the link makes another one beside the server.
 * @returns what the link has behind `#`
 */
export async function ensureFirstAdministrator(
  store: Pick<Store, 'users' | 'signInLinks'>,
  now: Date,
  log: Logger,
): Promise<Secret | undefined> {
  if (!(await store.users.isEmpty())) return undefined
  const user = {
    uuid: uuidV7(now),
    name: NAME,
    displayName: null,
    email: null,
    grants: [{ role: 'administrator' }],
    enabled: true,
    password: null,
    identity: null,
    createdAt: now,
  }
  const object = { kind: 'user', uuid: user.uuid, name: NAME }
  const event = (deed: Pick<AuditEvent, 'action' | 'detail'>) => startEvent('first start', now, { object, ...deed })
  const made = await store.users.create(user, [
    event({ action: 'user.create', detail: { after: { grants: user.grants, enabled: true } } }),
  ])
  if (!made) return undefined
  log.info({ user: NAME }, 'first administrator made')
  const { token } = await newSignInLink(store, user, now, [
    event({ action: 'user.update', detail: { changed: ['signInLink'] } }),
  ])
  return token
}

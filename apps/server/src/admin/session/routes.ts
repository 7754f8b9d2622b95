import { listSessions, revokeSession } from '@chancery/api'
import { sessionStateOf } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import { passwordsOf } from '../../auth/password/passwords.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'
import { userRoutes } from '../user/routes.ts'
import { ownSessionRoutes } from './own-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { sessionToWire } from './to-wire.ts'

const ITEMS_PER_PAGE = 100

/** People: their sign-in, what each does with sessions and password, and what administrators do with people. */
export function peopleRoutes(scope: FastifyInstance, served: Served): void {
  // One for all, so that the limits on derivations are.
  const passwords = passwordsOf(served.context)
  signInRoutes(scope, served, passwords)
  ownSessionRoutes(scope, served, passwords)
  sessionRoutes(scope, served)
  userRoutes(scope, served, passwords)
}

function sessionRoutes(scope: FastifyInstance, served: Served): void {
  const { store, now, log } = served.context

  serve(scope, served, listSessions, {
    async handle({ query }) {
      const user = query.user === undefined ? undefined : await store.users.findByName(query.user)
      if (query.user !== undefined && user === undefined) {
        throw new AdminRefusal(404, [`There is no user "${query.user}".`])
      }
      const options = {
        userUuid: user?.uuid,
        ended: query.ended === 'true',
        before: query.cursor === undefined ? undefined : readCursor(query.cursor),
        limit: Number(query.itemsPerPage ?? ITEMS_PER_PAGE),
      }
      const { sessions, next } = await store.sessions.list(options, now())
      return {
        sessions: sessions.map(({ session, user: owner }) =>
          sessionToWire(session, owner.name, sessionStateOf({ session, user: owner }, now())),
        ),
        nextCursor: next === undefined ? null : cursorOf(next),
      }
    },
  })

  serve(scope, served, revokeSession, {
    async handle({ params, caller }) {
      const found = await store.sessions.findByUuid(params.uuid.toLowerCase())
      if (found === undefined) throw new AdminRefusal(404, ['There is no session with this UUID.'])
      const { uuid } = found.session
      const { name } = found.user
      const event = adminEvent(caller, now(), {
        action: 'session.revoke',
        object: { kind: 'session', uuid, name },
        detail: {},
      })
      if (await store.sessions.revoke(uuid, now(), [event])) {
        log.info({ session: uuid, user: name, caller: caller.name }, 'session revoked')
      }
      return null
    },
  })
}

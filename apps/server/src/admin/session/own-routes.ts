import { changePassword, endOtherSession, endOtherSessions, listOtherSessions, signOut, whoAmI } from '@chancery/api'
import { Secret } from '@chancery/scep'
import type { SessionOfUser } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import { passwordFault } from '../../auth/password/fault.ts'
import type { Passwords } from '../../auth/password/passwords.ts'
import { clearCookie } from '../../auth/session/cookie.ts'
import { peerOf } from '../../http/peer.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Served, serveSignedIn } from '../serve.ts'
import { sessionToWire, whoToWire } from './to-wire.ts'

const MOST_SHOWN = 200

/** What everybody may do with sessions and password of their own. */
export function ownSessionRoutes(scope: FastifyInstance, served: Served, passwords: Passwords): void {
  const { config, store, now, log } = served.context

  serveSignedIn(scope, served, whoAmI, { handle: ({ caller }) => whoToWire(caller) })

  serveSignedIn(scope, served, signOut, {
    async handle({ caller, request, reply }) {
      const { session } = sessionOf(caller)
      await store.sessions.revoke(session.uuid, now(), [ended(caller, now(), { uuid: session.uuid })])
      clearCookie(request, reply, config)
      return null
    },
  })

  serveSignedIn(scope, served, changePassword, {
    async handle({ caller, body, request }) {
      const { session, user } = sessionOf(caller)
      if (session.method !== 'link') {
        if (user.password === null) {
          throw new AdminRefusal(409, [
            `${user.name} signs in without a password. An administrator can make a one-time link, after which one can be set.`,
          ])
        }
        if (body.current === undefined) throw new AdminRefusal(422, ['current is missing.'])
        const { status } = await passwords.check(
          user.name,
          new Secret(body.current),
          peerOf(request.raw, config.trustedProxies),
        )
        if (status === 'wrong') throw new AdminRefusal(403, ['The present password is wrong.'])
      }
      const fault = passwordFault(body.new, user.name)
      if (fault !== undefined) throw new AdminRefusal(422, [`new ${fault}`])
      const hash = await passwords.hash(new Secret(body.new))
      const event = adminEvent(caller, now(), {
        action: 'user.update',
        object: { kind: 'user', uuid: user.uuid, name: user.name },
        detail: { changed: ['password'] },
      })
      await store.users.setPassword(user, hash, { now: now(), exceptSession: session.uuid }, [event])
      log.info({ user: user.name }, 'password changed; other sessions ended')
      return null
    },
  })

  serveSignedIn(scope, served, listOtherSessions, {
    async handle({ caller }) {
      if (caller.session === undefined) return { sessions: [] }
      const { session, user } = caller.session
      const { sessions } = await store.sessions.list({ userUuid: user.uuid, limit: MOST_SHOWN }, now())
      const others = sessions.filter((other) => other.session.uuid !== session.uuid)
      return { sessions: others.map((other) => sessionToWire(other.session, user.name, 'live')) }
    },
  })

  serveSignedIn(scope, served, endOtherSessions, {
    async handle({ caller }) {
      const { session, user } = sessionOf(caller)
      const event = ended(caller, now(), { name: user.name })
      await store.sessions.revokeOfUser(user, { now: now(), exceptSession: session.uuid }, [event])
      return null
    },
  })

  serveSignedIn(scope, served, endOtherSession, {
    async handle({ caller, params }) {
      const { user } = sessionOf(caller)
      const found = await store.sessions.findByUuid(params.uuid.toLowerCase())
      if (found?.user.uuid !== user.uuid) throw new AdminRefusal(404, ['You have no session with this UUID.'])
      const { uuid } = found.session
      await store.sessions.revoke(uuid, now(), [ended(caller, now(), { uuid })])
      return null
    },
  })
}

/** @throws {AdminRefusal} 409 for a token and the like */
function sessionOf({ session, name }: Caller): SessionOfUser {
  if (session !== undefined) return session
  throw new AdminRefusal(409, [`${name} is not signed in: this is for a person with a session.`])
}

function ended(caller: Caller, now: Date, what: { readonly uuid?: string; readonly name?: string }) {
  return adminEvent(caller, now, {
    action: 'session.revoke',
    object: { kind: 'session', name: caller.name, ...what },
    detail: {},
  })
}

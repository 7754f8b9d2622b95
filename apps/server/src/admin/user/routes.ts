import {
  createSignInLink,
  createUser,
  deleteUser,
  endSessionsOfUser,
  getUser,
  listUsers,
  setUserPassword,
  updateUser,
} from '@chancery/api'
import { Secret } from '@chancery/scep'
import type { User } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import { passwordFault } from '../../auth/password/fault.ts'
import type { Passwords } from '../../auth/password/passwords.ts'
import { newSignInLink, signInUrl } from '../../auth/session/sign-in-link.ts'
import { requireConfidential } from '../../auth/session/start.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'
import { userCertificateRoutes } from './certificate-routes.ts'
import { changeUser, makeUser, objectOf, removeUser, requireOver } from './change.ts'
import { otherAdministrator } from './last-administrator.ts'
import { userToWire } from './to-wire.ts'

const ITEMS_PER_PAGE = 100

export function userRoutes(scope: FastifyInstance, served: Served, passwords: Passwords): void {
  const { context } = served
  const { config, store, now, log } = context

  const find = async (uuid: string): Promise<User> => {
    const user = await store.users.find(uuid.toLowerCase())
    if (user === undefined) throw new AdminRefusal(404, ['There is no user with this UUID.'])
    return user
  }
  const findPresent = async (uuid: string): Promise<User> => {
    const user = await find(uuid)
    if (user.deletedAt !== null) throw new AdminRefusal(409, [`${user.name} was deleted, and stays so.`])
    return user
  }

  userCertificateRoutes(scope, served, findPresent)

  serve(scope, served, listUsers, {
    async handle({ query }) {
      if (query.name !== undefined) {
        const user = await store.users.findByName(query.name)
        const isShown = user !== undefined && (user.deletedAt === null || query.deleted === 'true')
        return { users: isShown ? [userToWire(user)] : [], nextCursor: null }
      }
      const { users, next } = await store.users.list({
        deleted: query.deleted === 'true',
        after: query.cursor === undefined ? undefined : readCursor(query.cursor),
        limit: Number(query.itemsPerPage ?? ITEMS_PER_PAGE),
      })
      return { users: users.map(userToWire), nextCursor: next === undefined ? null : cursorOf(next) }
    },
  })

  serve(scope, served, getUser, {
    async handle({ params }) {
      return userToWire(await find(params.uuid))
    },
  })

  serve(scope, served, createUser, {
    handle: ({ body, caller }) => makeUser(context, body, caller),
    location: (_, { uuid }) => `/v1/users/${uuid}`,
  })

  serve(scope, served, updateUser, {
    async handle({ params, body, caller }) {
      return changeUser(context, await findPresent(params.uuid), body, caller)
    },
  })

  serve(scope, served, deleteUser, {
    async handle({ params, caller }) {
      const user = await find(params.uuid)
      if (user.deletedAt === null) await removeUser(context, user, caller)
      return null
    },
  })

  serve(scope, served, createSignInLink, {
    async handle({ params, caller, request }) {
      requireConfidential(request, config)
      const user = await findPresent(params.uuid)
      requireOver(caller, user)
      const event = adminEvent(caller, now(), {
        action: 'user.update',
        object: objectOf(user),
        detail: { changed: ['signInLink'] },
      })
      const { token, expiresAt } = await newSignInLink(store, user, now(), [event])
      log.info({ user: user.name, caller: caller.name }, 'sign-in link made')
      const url = signInUrl(context.pageUrl(), token)
      return { token: token.reveal(), url, expiresAt: expiresAt.toISOString() }
    },
  })

  serve(scope, served, setUserPassword, {
    async handle({ params, body, caller, request }) {
      requireConfidential(request, config)
      const user = await findPresent(params.uuid)
      requireOver(caller, user)
      const { password } = body
      const fault = password === null ? undefined : passwordFault(password, user.name)
      if (fault !== undefined) throw new AdminRefusal(422, [`password ${fault}`])
      if (password === null) await otherAdministrator(store, user, caller)
      const hash = password === null ? null : await passwords.hash(new Secret(password))
      const event = adminEvent(caller, now(), {
        action: 'user.update',
        object: objectOf(user),
        detail: { changed: ['password'], hasPassword: hash !== null },
      })
      await store.users.setPassword(user, hash, { now: now() }, [event])
      log.info({ user: user.name, caller: caller.name }, 'password set; sessions ended')
      return null
    },
  })

  serve(scope, served, endSessionsOfUser, {
    async handle({ params, caller }) {
      const user = await find(params.uuid)
      const event = adminEvent(caller, now(), {
        action: 'session.revoke',
        object: { kind: 'session', name: user.name },
        detail: { all: true },
      })
      await store.sessions.revokeOfUser(user, { now: now() }, [event])
      log.info({ user: user.name, caller: caller.name }, 'all sessions of a user ended')
      return null
    },
  })
}

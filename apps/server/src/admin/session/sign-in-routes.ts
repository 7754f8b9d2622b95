import { signIn, signInByLink, type WhoAmI } from '@chancery/api'
import { Secret } from '@chancery/scep'
import type { User } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import type { Passwords } from '../../auth/password/passwords.ts'
import { BEARER } from '../../auth/scheme.ts'
import { RefusedSignIns } from '../../auth/session/refused-sign-ins.ts'
import { requireConfidential, type SignInMethod, startSession } from '../../auth/session/start.ts'
import { peerOf } from '../../http/peer.ts'
import { AuthenticationLimits } from '../../limits/authentication-limits.ts'
import { sourceOf } from '../../limits/source.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type OpenAsk, type Served, serveOpen } from '../serve.ts'
import { newcomerToWire } from './to-wire.ts'

/** Where somebody becomes known. Whatever is wrong, who asks hears the same; log and audit tell more. */
export function signInRoutes(scope: FastifyInstance, { context }: Served, passwords: Passwords): void {
  const { config, store, now } = context
  const refused = new RefusedSignIns(context)
  const wrongLinks = new AuthenticationLimits(config.workers)
  const start = async (ask: OpenAsk<unknown>, user: User, method: SignInMethod): Promise<WhoAmI> =>
    newcomerToWire(user, await startSession(context, { user, method }, ask.request, ask.reply))

  serveOpen(scope, signIn, {
    async handle(ask) {
      requireConfidential(ask.request, config)
      const peer = peerOf(ask.request.raw, config.trustedProxies)
      const { name, password } = ask.body
      const outcome = await passwords.check(name, new Secret(password), peer)
      if (outcome.status === 'right') return start(ask, outcome.user, 'password')
      await refused.note({ user: outcome.user?.name, method: 'password', because: outcome.because, peer })
      throw unidentified(
        'Name or password is wrong. An administrator can make a new one-time link: "chancery user link".',
      )
    },
  })

  serveOpen(scope, signInByLink, {
    async handle(ask) {
      requireConfidential(ask.request, config)
      const peer = peerOf(ask.request.raw, config.trustedProxies)
      const seconds = wrongLinks.wait(sourceOf(peer), now())
      if (seconds > 0) {
        throw new AdminRefusal(429, [`Too many wrong links came from your address. Try again in ${seconds} seconds.`], {
          'retry-after': String(seconds),
        })
      }
      const token = new Secret(ask.body.token)
      const link = await store.signInLinks.find(token)
      const user = link === undefined ? undefined : await store.users.find(link.userUuid)
      if (user !== undefined && (await store.signInLinks.take(token, now()))) return start(ask, user, 'link')
      if (link === undefined) wrongLinks.failed(sourceOf(peer), now())
      const because = link === undefined ? 'unknown' : link.usedAt === null ? 'expired' : 'used'
      await refused.note({ user: user?.name, method: 'link', because, peer })
      throw unidentified(
        'This link is wrong, was used already, or is over. "chancery user link NAME" beside the server makes a new one.',
      )
    },
  })
}

function unidentified(sentence: string): AdminRefusal {
  return new AdminRefusal(401, [sentence], { 'www-authenticate': BEARER.asks })
}

import type { FastifyRequest } from 'fastify'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { peerOf } from '../http/peer.ts'
import { AuthenticationLimits } from '../limits/authentication-limits.ts'
import { sourceOf } from '../limits/source.ts'
import { printable } from '../log/printable.ts'
import { type Caller, type CallerContext, identifyCaller, type Trust } from './caller.ts'
import { headerNotices, identifyByCertificate } from './certificate/identify.ts'
import { NotIdentified } from './not-identified.ts'
import { BEARER, type Scheme } from './scheme.ts'
import { shownCookie } from './session/cookie.ts'
import { identifyBySession } from './session/identify.ts'

/**
 * Stands before the routes of one listener: makes out who asks, and lets a source that is wrong too often wait. Whether it
 * waits depends on what it did before, never on what it shows now, so that a 429 says nothing about a token.
 * @param scheme Basic for pages that cannot be read otherwise
 */
export function callerGuard(
  trust: Trust,
  context: CallerContext,
  scheme: Scheme = BEARER,
): (request: FastifyRequest) => Promise<Caller> {
  const { config, log, now } = context
  const limits = new AuthenticationLimits(config.workers)
  const noticed = headerNotices(context)
  return async (request) => {
    const peer = peerOf(request.raw, config.trustedProxies)
    const source = sourceOf(peer)
    const seconds = limits.wait(source, now())
    if (seconds > 0) {
      throw new AdminRefusal(
        429,
        [`Too many wrong API tokens came from your address. Ask again in ${seconds} seconds, with a right one.`],
        { 'retry-after': String(seconds) },
      )
    }
    const { authorization } = request.headers
    // Who sends both is a program that knows what it wants; and pages for programs know no sessions and no certificates.
    const isPerson = trust === 'token' && authorization === undefined && scheme === BEARER
    const cookie = isPerson ? shownCookie(request, config) : undefined
    try {
      if (cookie !== undefined) return await identifyBySession(context, cookie, request, peer)
      const byCertificate = isPerson ? await identifyByCertificate(context, request, peer, noticed) : undefined
      return byCertificate ?? (await identifyCaller(trust, context, authorization, scheme, peer))
    } catch (error) {
      if (error instanceof NotIdentified && error.because !== 'missing') {
        if (error.isGuess) limits.failed(source, now())
        const what = cookie === undefined ? 'an API token was refused' : 'a session was refused'
        log.warn({ peer: printable(peer), because: error.because }, what)
      }
      throw error
    }
  }
}

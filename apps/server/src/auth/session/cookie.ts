import { randomBytes } from 'node:crypto'
import { Secret } from '@chancery/scep'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { channelOf } from '../../http/confidential.ts'

/**
 * Over TLS the browser itself holds the cookie to this origin (RFC 6265bis §4.1.3.2). Over plain HTTP, from this machine
 * only, no cookie can have such a name; there and nowhere else the other one counts.
 */
const NAMES = { tls: '__Host-chancery', here: 'chancery', clear: undefined } as const

/** 256 bits. */
const FORM = /^[A-Za-z0-9_-]{43}$/

type Proxies = Pick<Config, 'trustedProxies'>

export function newCookieValue(): Secret {
  return new Secret(randomBytes(32).toString('base64url'))
}

/** What a browser shows of its session; undefined: nothing that could be one. */
export function shownCookie({ raw, cookies }: FastifyRequest, { trustedProxies }: Proxies): Secret | undefined {
  const name = NAMES[channelOf(raw, trustedProxies)]
  const value = name === undefined ? undefined : cookies[name]
  return value !== undefined && FORM.test(value) ? new Secret(value) : undefined
}

/** A session cookie: the browser forgets it when it is closed; when it ends is known here. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, value: Secret, proxies: Proxies): void {
  answerCookie(request, reply, value.reveal(), proxies, {})
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply, proxies: Proxies): void {
  answerCookie(request, reply, '', proxies, { maxAge: 0 })
}

function answerCookie(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  value: string,
  { trustedProxies }: Proxies,
  life: { readonly maxAge?: number },
): void {
  const channel = channelOf(raw, trustedProxies)
  const name = NAMES[channel]
  // A browser would send it back where it must not be read.
  if (name === undefined) throw new TypeError('no cookie goes over plain HTTP')
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: channel === 'tls', ...life } as const
  reply.setCookie(name, value, options)
}

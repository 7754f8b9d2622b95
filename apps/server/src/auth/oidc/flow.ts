import type { Store } from '@chancery/store'
import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { channelOf } from '../../http/confidential.ts'

/** What a browser that went to the provider must bring back, and must not be able to make up. */
export interface Flow {
  readonly state: string
  readonly nonce: string
  /** PKCE (RFC 7636). */
  readonly verifier: string
  readonly redirectUri: string
}

/** Somebody may have to look for a telephone. */
const MINUTES = 10

const NAMES = { tls: '__Host-chancery-oidc', here: 'chancery-oidc', clear: undefined } as const

type Proxies = Pick<Config, 'trustedProxies'>
type Flows = Pick<Store, 'signInFlows'>

/** In a cookie and not in memory: the provider may send the browser to another node. */
export function keepFlow(
  { signInFlows }: Flows,
  flow: Flow,
  now: Date,
  request: FastifyRequest,
  reply: FastifyReply,
  proxies: Proxies,
): void {
  const value = signInFlows.seal(JSON.stringify({ ...flow, at: now.getTime() }))
  answerCookie(request, reply, value, MINUTES * 60, proxies)
}

/** Undefined: none was begun in this browser, or too long ago. */
export function keptFlow(
  { signInFlows }: Flows,
  now: Date,
  request: FastifyRequest,
  proxies: Proxies,
): Flow | undefined {
  const name = NAMES[channelOf(request.raw, proxies.trustedProxies)]
  const value = name === undefined ? undefined : fastifyCookie.parse(request.headers.cookie ?? '')[name]
  const text = value === undefined ? undefined : signInFlows.open(value)
  if (text === undefined) return undefined
  const { at, ...flow } = JSON.parse(text) as Flow & { readonly at: number }
  return Math.abs(now.getTime() - at) < MINUTES * 60_000 ? flow : undefined
}

/** It was good for one attempt. */
export function dropFlow(request: FastifyRequest, reply: FastifyReply, proxies: Proxies): void {
  answerCookie(request, reply, '', 0, proxies)
}

/** Lax, unlike that of a session: it is to come along when the provider sends the browser back. */
function answerCookie(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  value: string,
  maxAge: number,
  { trustedProxies }: Proxies,
): void {
  const channel = channelOf(raw, trustedProxies)
  const name = NAMES[channel]
  if (name === undefined) throw new TypeError('no cookie goes over plain HTTP')
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: channel === 'tls', maxAge } as const
  reply.header('set-cookie', fastifyCookie.serialize(name, value, options))
}

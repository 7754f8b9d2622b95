import { Type } from 'typebox'
import { NOTHING } from './field.ts'
import { freeRoute } from './route.ts'

const REDIRECT = { status: 302, type: 'none', schema: Type.Null() } as const

const said = Type.Optional(Type.String({ maxLength: 8_000, rule: 'must be text, once' }))

export const beginOidcSignIn = freeRoute({
  method: 'GET',
  path: '/v1/session/oidc',
  access: 'open',
  summary: 'Sends a browser to the identity provider (OpenID Connect), which sends it back signed in',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: REDIRECT,
})

export const finishOidcSignIn = freeRoute({
  method: 'GET',
  path: '/v1/session/oidc/callback',
  access: 'open',
  summary: 'Where the identity provider sends the browser back: begins a session and leads to the page',
  params: NOTHING,
  /** Providers add parameters of their own, such as `iss` (RFC 9207). */
  query: Type.Object({ code: said, state: said, error: said }, { additionalProperties: true }),
  body: undefined,
  answer: REDIRECT,
})

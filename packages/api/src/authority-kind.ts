import { type Static, Type } from 'typebox'
import { NOTHING } from './field.ts'
import { route } from './route.ts'

export const AuthorityKind = Type.Object({
  /** `kind` of an authority. */
  kind: Type.String(),
  title: Type.String(),
  /** One sentence for somebody who has to choose. */
  meaning: Type.String(),
  /** JSON Schema of `settings`: each field with `title`, `rule` and, if it is a secret, `writeOnly`. */
  settings: Type.Object({}, { additionalProperties: true }),
})
export type AuthorityKind = Static<typeof AuthorityKind>

export const listAuthorityKinds = route({
  method: 'GET',
  path: '/v1/authorityKinds',
  permission: 'authority.read',
  summary: 'The kinds of authorities there are, and what each must be told',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Array(AuthorityKind) },
})

import { type Static, Type } from 'typebox'
import { authorityUuid } from './authority.ts'
import { NOTHING, nullable } from './field.ts'
import { route } from './route.ts'

/** Whether an authority can be had certificates of now, and what is under way there. */
export const AuthorityStatus = Type.Object({
  reachable: Type.Boolean(),
  /** Why it is not, as a sentence. */
  trouble: nullable(Type.String()),
  /** Certificates that were ordered and are not here yet. */
  openOrders: Type.Integer(),
  /** Those about which somebody there has to decide. */
  pendingOrders: Type.Integer(),
  oldestOrder: nullable(Type.String()),
  /** What went wrong with the order that was sent last without success. */
  lastTrouble: nullable(Type.String()),
})
export type AuthorityStatus = Static<typeof AuthorityStatus>

export const getAuthorityStatus = route({
  method: 'GET',
  path: '/v1/authorities/:uuid/status',
  permission: 'authority.read',
  summary: 'Whether an authority answers, asked at this moment, and how many certificates are ordered there',
  params: authorityUuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: AuthorityStatus },
})

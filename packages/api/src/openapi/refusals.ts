import type { AnyRoute } from '../route.ts'

/** How a route may refuse: each is described once in `components/responses`. */
export const REFUSALS = {
  400: { name: 'Unreadable', description: 'The body is no JSON, or is nested too deeply.' },
  401: { name: 'Unidentified', description: 'No API token and no session, or one that is not valid (any more).' },
  403: { name: 'Forbidden', description: 'The caller is known and lacks the right that the route needs.' },
  404: { name: 'NotFound', description: 'There is no such thing.' },
  409: { name: 'Conflict', description: 'The present state, or somebody else at the same moment, stands against it.' },
  413: { name: 'TooLarge', description: 'The body has more than 256 KiB.' },
  415: { name: 'NotJson', description: 'The body is not declared as application/json.' },
  422: { name: 'Faults', description: 'Every fault of what was sent, one sentence each. Nothing was changed.' },
  429: {
    name: 'TooMany',
    description: 'Too many wrong API tokens or passwords came from this address; `Retry-After` says when to ask again.',
  },
  500: {
    name: 'Failure',
    description: 'Something went wrong in the server; its log has more under the id in the message.',
  },
  503: { name: 'Unavailable', description: 'The server cannot do it at this moment. Try again.' },
} as const

export type RefusalStatus = keyof typeof REFUSALS

/** Every call can be wrong in its query, and name something that is not there: in the path, the query or the body. */
const ALWAYS: readonly RefusalStatus[] = [401, 403, 404, 422, 429, 500, 503]

export function refusalsOf({ method, body }: AnyRoute): RefusalStatus[] {
  const takesBody: RefusalStatus[] = body === undefined ? [] : [400, 413, 415]
  const writes: RefusalStatus[] = method === 'GET' ? [] : [409]
  return [...ALWAYS, ...takesBody, ...writes].sort((a, b) => a - b)
}

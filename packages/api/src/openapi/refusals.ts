import type { Route } from '../route.ts'

/** How a route may refuse: each is described once in `components/responses`. */
export const REFUSALS = {
  400: { name: 'Unreadable', description: 'The body is no JSON, or is nested too deeply.' },
  401: { name: 'Unidentified', description: 'No API token, or one that is not valid (any more).' },
  403: { name: 'Forbidden', description: 'The caller is known and lacks the right that the route needs.' },
  404: { name: 'NotFound', description: 'There is no such thing.' },
  409: { name: 'Conflict', description: 'The present state, or somebody else at the same moment, stands against it.' },
  413: { name: 'TooLarge', description: 'The body has more than 256 KiB.' },
  415: { name: 'NotJson', description: 'The body is not declared as application/json.' },
  422: { name: 'Faults', description: 'Every fault of what was sent, one sentence each. Nothing was changed.' },
  429: {
    name: 'TooMany',
    description: 'Too many wrong API tokens came from this address; `Retry-After` says when to ask again.',
  },
  500: {
    name: 'Failure',
    description: 'Something went wrong in the server; its log has more under the id in the message.',
  },
  503: { name: 'Unavailable', description: 'The server cannot do it at this moment. Try again.' },
} as const

export type RefusalStatus = keyof typeof REFUSALS

export function refusalsOf({ method, params, query, body }: Route): RefusalStatus[] {
  const takesBody: RefusalStatus[] = body === undefined ? [] : [400, 413, 415]
  const named: RefusalStatus[] = hasFields(params) ? [404] : []
  const judged: RefusalStatus[] = body !== undefined || hasFields(query) || method !== 'GET' ? [422] : []
  const writes: RefusalStatus[] = method === 'GET' ? [] : [409]
  return [
    ...takesBody,
    401 as const,
    403 as const,
    ...named,
    ...writes,
    ...judged,
    429 as const,
    500 as const,
    503 as const,
  ].sort((a, b) => a - b)
}

function hasFields({ properties }: { readonly properties: object }): boolean {
  return Object.keys(properties).length > 0
}

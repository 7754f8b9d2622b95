import type { FastifyRequest } from 'fastify'

/** Whether the client has this already (RFC 9110 §13.1.2). @param tag in quotes */
export function isKnown({ headers }: FastifyRequest, tag: string): boolean {
  const known = headers['if-none-match']
  if (known === undefined) return false
  return known.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')))
}

import type { FastifyRequest } from 'fastify'

/** Marks a route that nobody has to be known for, such as the one that signs in. */
export const OPEN_ROUTE = { isOpen: true } as const

export function isOpenRoute({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as Partial<typeof OPEN_ROUTE>).isOpen === true
}

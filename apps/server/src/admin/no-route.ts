import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AdminRefusal } from './admin-refusal.ts'

/** Answers where no route does: 405 with `Allow` where the path has other methods, else 404. Before the routes are registered. */
export function answerWhereNoRouteIs(scope: FastifyInstance): void {
  const addresses: { readonly path: readonly string[]; readonly methods: readonly string[] }[] = []
  scope.addHook('onRoute', ({ url, method }) => {
    addresses.push({ path: url.split('/'), methods: [method].flat() })
  })
  const methodsAt = (path: string): string[] => {
    const segments = path.split('/').map(decoded)
    const found = addresses.filter((address) => matches(address.path, segments)).flatMap(({ methods }) => methods)
    return [...new Set(found)].sort()
  }
  scope.setNotFoundHandler((request, reply) => answer(request, reply, methodsAt))
}

function answer(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  methodsAt: (path: string) => string[],
): FastifyReply {
  const path = url.replace(/\?.*$/s, '')
  const methods = methodsAt(path)
  const allow = [...methods, 'OPTIONS'].join(', ')
  // With the right method it was refused for what stands in the path, such as a name that is too long.
  if (methods.length === 0 || methods.includes(method)) throw new AdminRefusal(404, [noRoute(path, methodsAt)])
  if (method === 'OPTIONS') return reply.code(204).header('allow', allow).send()
  throw new AdminRefusal(405, [`This address does not take ${method}: it takes ${allow}.`], { allow })
}

function noRoute(path: string, methodsAt: (path: string) => string[]): string {
  const withoutSlash = path.replace(/\/+$/, '')
  return withoutSlash !== path && methodsAt(withoutSlash).length > 0
    ? 'There is no such route: leave the slash at the end of the address out.'
    : 'There is no such route.'
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  )
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

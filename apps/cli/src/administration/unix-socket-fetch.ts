import { request } from 'node:http'
import type { Fetch } from '@chancery/api'

/** A `fetch` over a Unix socket, which Node's own cannot do. */
export function unixSocketFetch(socketPath: string): Fetch {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const { pathname, search } = new URL(url)
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const asked = request(
        { socketPath, path: `${pathname}${search}`, method, headers: { ...headers, ...length }, timeout: 30_000 },
        (response) =>
          resolve({
            status: response.statusCode ?? 0,
            text: async () => Buffer.concat(await response.toArray()).toString('utf8'),
            body: response,
          }),
      )
      asked.on('timeout', () => asked.destroy(new Error('no answer within 30 seconds')))
      asked.on('error', reject)
      asked.end(body)
    })
}

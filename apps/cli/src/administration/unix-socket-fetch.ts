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
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: async () => Buffer.concat(chunks).toString('utf8') }),
          )
        },
      )
      asked.on('timeout', () => asked.destroy(new Error('no answer within 30 seconds')))
      asked.on('error', reject)
      asked.end(body)
    })
}

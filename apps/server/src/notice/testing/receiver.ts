import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** For tests: a webhook on loopback that answers as it is told. */
export interface Receiver {
  readonly url: string
  readonly seen: {
    readonly headers: IncomingHttpHeaders
    readonly body: Buffer
    readonly payload: Record<string, unknown>
  }[]
  /** An HTTP status, or never. */
  answer: number | 'hangs'
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const seen: Receiver['seen'] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request))
    seen.push({ headers: request.headers, body, payload: JSON.parse(body.toString()) })
    if (receiver.answer === 'hangs') return
    response.writeHead(receiver.answer, { location: '/elsewhere' }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    seen,
    answer: 204,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

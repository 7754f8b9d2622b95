import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** For tests: what arrived. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** For tests: what is answered; `break` cuts the connection instead. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly type?: string
  readonly body?: Buffer | string
  readonly location?: string
  readonly break?: true
}

export interface MockServer {
  readonly url: string
  readonly seen: readonly SeenRequest[]
  close(): Promise<void>
}

/** For tests: an HTTP server, on a free port or on a Unix socket, that answers by a script. */
export async function startMockServer(
  answer: (request: SeenRequest) => ScriptedAnswer | Promise<ScriptedAnswer>,
  socketPath?: string,
): Promise<MockServer> {
  const seen: SeenRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', async () => {
      const [path = '', query = ''] = (incoming.url ?? '').split('?')
      const body = Buffer.concat(chunks)
      const request = { method: incoming.method ?? '', path, query, headers: incoming.headers, body }
      seen.push(request)
      const scripted = await answer(request)
      if (scripted.break) return incoming.socket.destroy()
      outgoing.writeHead(scripted.status ?? 200, {
        ...(scripted.type !== undefined && { 'content-type': scripted.type }),
        ...(scripted.location !== undefined && { location: scripted.location }),
      })
      outgoing.end(scripted.body)
    })
  })
  await new Promise<void>((resolve) => {
    if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(socketPath, resolve)
  })
  return {
    url: socketPath ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

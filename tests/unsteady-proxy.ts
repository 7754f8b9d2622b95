import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of an exchange: passed on; refused as by a host that is down; never answered; or passed on and its answer lost. */
export type Weather = 'fair' | 'down' | 'hanging' | 'losing'

/** Stands before a server that the tests want to be slow, away or forgetful. */
export interface UnsteadyProxy {
  readonly url: string
  /** For messages; what GETs ask is always answered but by a host that is down. */
  weather: Weather
  /** How many messages went past it. */
  readonly messages: Buffer[]
  /** Lets what hangs go on its way, and its answers come back. */
  clearUp(): void
  close(): Promise<void>
}

export async function unsteadyProxy(serverUrl: () => string): Promise<UnsteadyProxy> {
  const hanging: (() => void)[] = []
  const messages: Buffer[] = []
  const server = createServer(async (incoming, outgoing) => {
    const body = await whole(incoming)
    const isMessage = incoming.method === 'POST' || incoming.url?.includes('operation=PKIOperation') === true
    if (isMessage) messages.push(body)
    const { weather } = proxy
    if (weather === 'down') outgoing.destroy()
    else if (weather === 'hanging' && isMessage) hanging.push(() => pass(incoming, body, outgoing, false))
    else pass(incoming, body, outgoing, weather === 'losing' && isMessage)
  })
  const pass = (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, losing: boolean) => {
    const { method = 'GET', url: path = '/' } = incoming
    const { 'transfer-encoding': _, ...headers } = incoming.headers
    const target = new URL(path, serverUrl())
    const onward = request(
      target,
      { method, headers: { ...headers, 'content-length': body.length } },
      async (answer) => {
        const reply = await whole(answer)
        if (losing) outgoing.destroy()
        else outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(reply)
      },
    )
    onward.on('error', () => outgoing.destroy())
    onward.end(body)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: UnsteadyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weather: 'fair',
    messages,
    clearUp() {
      proxy.weather = 'fair'
      for (const go of hanging.splice(0)) go()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

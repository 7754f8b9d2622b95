import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { IntuneResponse, SendToIntune } from '@chancery/connectors'

export interface SendOptions {
  /** Of the process: HTTP_PROXY, HTTPS_PROXY and NO_PROXY count. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Ten seconds if left out. */
  readonly connectMilliseconds?: number
}

/** More wait until one is free: each costs a handshake. */
const MOST_CONNECTIONS = 64

/**
 * Speaks to Microsoft, through the proxy of the environment where there is one. No redirect is followed: the token of a
 * request is for the server that it was sent to.
 */
export function sendToIntune({ environment, connectMilliseconds = 10_000 }: SendOptions): SendToIntune {
  const common = { keepAlive: true, maxSockets: MOST_CONNECTIONS, proxyEnv: { ...environment } }
  const plain = new http.Agent(common)
  const secure = new https.Agent({ ...common, minVersion: 'TLSv1.2' })
  return ({ method, url, headers, body, longest, signal }) =>
    new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:')
      const options = { method, headers, signal, agent: isSecure ? secure : plain }
      const request = (isSecure ? https : http).request(url, options, (response) => {
        read(response, longest).then(resolve, (error) => reject(inWords(error)))
      })
      const slow = () => request.destroy(new Error(`no connection within ${connectMilliseconds / 1000} seconds`))
      const connecting = setTimeout(slow, connectMilliseconds)
      // What is written leaves when the connection is there.
      request.once('finish', () => clearTimeout(connecting))
      request.once('close', () => clearTimeout(connecting))
      request.once('error', (error) => reject(inWords(error)))
      request.end(body)
    })
}

async function read(response: IncomingMessage, longest: number): Promise<IntuneResponse> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    // Leaving the loop closes the connection.
    if (length > longest) throw new Error(`the answer is longer than ${longest} octets`)
    chunks.push(chunk)
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) }
}

/** Where several addresses were tried, the error itself says nothing. */
function inWords(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('network error')
  const [first] = error instanceof AggregateError ? error.errors : []
  return error.message === '' && first instanceof Error ? first : error
}

import { lookup as systemLookup } from 'node:dns/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { LONGEST_ANSWER, type PostWebhook, type WebhookRequest, type WebhookResponse } from '@chancery/connectors'
import { classOf } from './address.ts'

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>

/**
 * POSTs to a webhook that an administrator named, who need not be one who may reach everything that this machine can. So
 * the name is resolved here, every address is looked at, and the connection goes to these very addresses: a second look-up
 * could say something else (DNS rebinding). No redirect is followed, and no proxy of the environment is used.
 */
export function postWebhook(resolve: Resolve = resolveBySystem): PostWebhook {
  return async (request) => {
    const signal = AbortSignal.timeout(request.timeoutMilliseconds)
    try {
      const url = new URL(request.url)
      const addresses = await within(signal, addressesOf(url, resolve))
      for (const address of addresses) requireAllowed(address, url, request)
      return await send(url, addresses, request, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      throw new Error(`it took longer than ${request.timeoutMilliseconds} ms`, { cause: error })
    }
  }
}

async function resolveBySystem(name: string): Promise<string[]> {
  return (await systemLookup(name, { all: true })).map(({ address }) => address)
}

async function addressesOf({ hostname }: URL, resolve: Resolve): Promise<readonly string[]> {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(literal) !== 0) return [literal]
  const addresses = await resolve(hostname)
  if (addresses.length === 0) throw new Error(`${hostname} has no address`)
  return addresses
}

/** One bad address among several is enough: which of them is taken is not ours to say. */
function requireAllowed(address: string, url: URL, { allowPrivateAddresses }: WebhookRequest): void {
  const kind = classOf(address)
  if (kind === 'never') throw new Error(`${url.hostname} is at ${address}, where no webhook may be`)
  if (kind === 'private' && !allowPrivateAddresses) {
    throw new Error(`${url.hostname} is at ${address}, a private address, and the profile allows none`)
  }
  if (kind === 'public' && url.protocol !== 'https:') {
    throw new Error(`${url.hostname} is at ${address}, a public address: only https is spoken to those`)
  }
}

function send(
  url: URL,
  addresses: readonly string[],
  { headers, body, trustedCertificates }: WebhookRequest,
  signal: AbortSignal,
): Promise<WebhookResponse> {
  const secure = url.protocol === 'https:'
  const options: https.RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    // Of its own: the global one may go through a proxy of the environment.
    agent: secure ? new https.Agent({ keepAlive: false }) : new http.Agent({ keepAlive: false }),
    lookup: lookupOf(addresses),
    signal,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(trustedCertificates !== null && { ca: trustedCertificates, allowPartialTrustChain: true }),
  }
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(url, options, (response) => {
      read(response).then(resolve, reject)
    })
    request.once('error', reject)
    request.end(body)
  })
}

/** Answers with what was looked at. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_name, options, callback) => {
    const [first] = found
    if (options.all === true) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  }
}

async function read(response: IncomingMessage): Promise<WebhookResponse> {
  const chunks: Buffer[] = []
  let length = 0
  // Leaving the loop closes the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > LONGEST_ANSWER) break
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) }
}

/** A resolver that hangs is left to itself. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

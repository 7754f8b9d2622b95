import { ScepError } from '../scep-error.ts'

/** What this package needs of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface TransportOptions {
  readonly fetch: Fetch
  /** Of the whole exchange; 30 seconds if left out. */
  readonly timeoutMilliseconds?: number
  /** Of a body; 1 MiB if left out. */
  readonly maximumBytes?: number
  readonly signal?: AbortSignal
}

export interface TransportAnswer {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Buffer
}

/** One HTTP exchange with limits (S-4.1-22). @throws {ScepError} `transport_failed` */
export async function exchange(url: string, init: RequestInit, options: TransportOptions): Promise<TransportAnswer> {
  const deadline = AbortSignal.timeout(options.timeoutMilliseconds ?? 30_000)
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
  try {
    const response = await options.fetch(url, { ...init, signal, redirect: 'follow' })
    const body = await limitedBody(response, options.maximumBytes ?? 1 << 20)
    return { status: response.status, contentType: response.headers.get('content-type') ?? undefined, body }
  } catch (cause) {
    if (cause instanceof ScepError) throw cause
    const detail = deadline.aborted ? 'no complete answer in time' : reasonOf(cause)
    throw new ScepError('transport_failed', { detail, cause })
  }
}

/** @throws {ScepError} for HTTP 400 and above, with the status and the beginning of the text (S-4.3-05) */
export function expectOk(answer: TransportAnswer): TransportAnswer {
  if (answer.status < 400) return answer
  const text = answer.body
    .subarray(0, 4096)
    .toString('utf8')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  const hint = answer.status === 414 || answer.status === 431 ? ' (the message is too long for GET: use POST)' : ''
  throw new ScepError('transport_failed', { detail: `HTTP ${answer.status}${hint}${text === '' ? '' : `: ${text}`}` })
}

async function limitedBody(response: Response, limit: number): Promise<Buffer> {
  if (response.body === null) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.length
    if (length > limit) throw new ScepError('transport_failed', { detail: `the answer is longer than ${limit} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** fetch hides what happened ("fetch failed") in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'network error'
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

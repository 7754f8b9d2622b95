import type { TProperties, TSchema } from 'typebox'
import type { AnswerOf, AnyRoute, Body, BodyOf, ParamsOf, QueryOf } from './route.ts'

/** As much of `fetch` as the client uses; the browser's, Node's, or one over a Unix socket. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; takesLong?: true },
) => Promise<FetchedResponse>

interface FetchedResponse {
  readonly status: number
  text(): Promise<string>
  /** Taken piece by piece, where the answer is a file. */
  readonly body?: AsyncIterable<Uint8Array> | null
}

export interface ClientOptions {
  /** Without `/api`; empty in the page, which is served by the server itself. */
  readonly baseUrl: string
  readonly fetch: Fetch
  readonly token?: string | undefined
}

/** The server refused; `messages` are its sentences, fit to be shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly messages: readonly string[]

  constructor(status: number, messages: readonly string[]) {
    super(messages.join('\n'))
    this.status = status
    this.messages = messages
  }
}

/** biome-ignore format: one line each reads better */
type Input<R> =
  & (keyof ParamsOf<R> extends never ? { params?: undefined } : { params: ParamsOf<R> })
  & { query?: QueryOf<R>; body?: BodyOf<R> }

export interface Client {
  /** @throws {ApiError} when the server refuses */
  call<R extends AnyRoute<TProperties, TProperties, Body, TSchema>>(route: R, input: Input<R>): Promise<AnswerOf<R>>
  /**
   * The octets of a file, as they come.
   * @throws {ApiError} when the server refuses
   */
  download<R extends AnyRoute<TProperties, TProperties, Body, TSchema>>(
    route: R,
    input: Input<R>,
  ): Promise<AsyncIterable<Uint8Array>>
}

export function createClient({ baseUrl, fetch, token }: ClientOptions): Client {
  const ask = (route: AnyRoute, input: { params?: unknown; query?: unknown; body?: unknown }) => {
    const headers: Record<string, string> = { accept: ACCEPT[route.answer.type] }
    if (token !== undefined) headers.authorization = `Bearer ${token}`
    const { body } = input
    if (body !== undefined) headers['content-type'] = 'application/json'
    return fetch(`${baseUrl.replace(/\/+$/, '')}/api${address(route, input)}`, {
      method: route.method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(route.answer.type === 'file' && { takesLong: true }),
    })
  }
  return {
    async call(route, input) {
      const response = await ask(route, input)
      const text = await response.text()
      const { status, type } = route.answer
      // Where there is nothing to say, a dry run still has.
      const isDryRun = type === 'none' && response.status === 200
      if (response.status !== status && !isDryRun) {
        throw new ApiError(response.status, sentences(response.status, text))
      }
      return READ[isDryRun ? 'application/json' : type](text) as AnswerOf<typeof route>
    },
    async download(route, input) {
      const response = await ask(route, input)
      const { status, body } = response
      if (status !== route.answer.status) throw new ApiError(status, sentences(status, await response.text()))
      if (body === undefined || body === null) throw new TypeError('this fetch gives no body to read')
      return body
    },
  }
}

type AnswerType = AnyRoute['answer']['type']

/** A refusal is JSON whatever was asked for. */
const ACCEPT: Readonly<Record<AnswerType, string>> = {
  'application/json': 'application/json',
  'text/plain': 'text/plain',
  none: 'application/json',
  file: '*/*',
}

const READ: Readonly<Record<AnswerType, (text: string) => unknown>> = {
  'application/json': (text) => JSON.parse(text),
  'text/plain': (text) => text,
  none: () => null,
  file: (text) => text,
}

function address(route: AnyRoute, input: { params?: unknown; query?: unknown }): string {
  const params = (input.params ?? {}) as Record<string, string>
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] as string))
  const query = new URLSearchParams(input.query as Record<string, string>).toString()
  return query === '' ? path : `${path}?${query}`
}

function sentences(status: number, text: string): string[] {
  const answer = parse(text)
  if (Array.isArray(answer)) return answer.map(String)
  if (typeof answer === 'object' && answer !== null && 'message' in answer) return [String(answer.message)]
  return [`The server answered with HTTP ${status} and nothing that explains it.`]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

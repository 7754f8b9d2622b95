import type { IncomingMessage, ServerResponse } from 'node:http'
import { bearerToken } from '../entra/bearer.ts'
import type { Fault, Faults } from '../faults.ts'
import { type LoggedRequest, logged } from '../request-log.ts'
import type { EmulatorState } from '../state.ts'
import { type Answer, type Call, json, text } from './answer.ts'
import { ELSEWHERE, faultyAnswer } from './faulty-answer.ts'
import { route } from './route.ts'
import { send } from './send.ts'

const MOST_BYTES = 4 << 20

export interface Served {
  readonly state: EmulatorState
  readonly faults: Faults
  readonly log: LoggedRequest[]
  /** Answers what is asked below `/__control/`. */
  control(call: Call): Promise<Answer>
}

/** One request from its first octet to the end of its answer. */
export async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(request)
  if (call === undefined) return void response.writeHead(413).end()
  if (call.path.startsWith('/__control/')) return send(response, await served.control(call), undefined)
  const { state, faults, log } = served
  const found = route(call)
  const fault = found?.endpoint && faults.next(found.endpoint)
  const entry = (answer: Answer | undefined) =>
    logged(call, { endpoint: found?.endpoint, answer, fault }, state.clock.now(), state.tokens)
  // In the order of arrival, whatever takes longer.
  const place = log.push(entry(undefined)) - 1
  const answer = await answerTo(state, call, found, fault)
  log[place] = entry(answer)
  await send(response, answer ?? NOTHING, fault)
}

const NOTHING: Answer = { status: 500, headers: {}, body: '' }

async function readCall(request: IncomingMessage): Promise<Call | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  const [path = '', ...query] = (request.url ?? '').split('?')
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: request.headers,
    body: Buffer.concat(chunks),
  }
}

/** Undefined where a fault keeps the service from doing anything. */
async function answerTo(
  state: EmulatorState,
  call: Call,
  found: ReturnType<typeof route>,
  fault: Fault | undefined,
): Promise<Answer | undefined> {
  if (call.path === ELSEWHERE) state.violate('redirectFollowed', call.method)
  if (found === undefined) return json(404, { error: { code: 'NotFound', message: `There is no ${call.path}.` } })
  if (fault === undefined || found.endpoint === undefined) return found.answer(state, call)
  if ((fault.kind === 'hang' || fault.kind === 'reset') && fault.when !== 'after') return undefined
  if (fault.kind === 'moved') move(state, call, fault.status ?? 404)
  if (fault.kind === 'code')
    return found.answer(state, call, { code: fault.code, description: fault.description ?? '' })
  return faultyAnswer(state, found.endpoint, fault) ?? found.answer(state, call)
}

/** The tenant of whoever asks. */
function move({ directory, tokens }: EmulatorState, call: Call, status: number): void {
  const tenant = directory.tenant(tokens.read(bearerToken(call) ?? '')?.tid ?? '')
  if (tenant !== undefined) directory.move(tenant, status)
}

/** What went wrong inside the emulator itself, to be seen by the test. */
export function broken(response: ServerResponse, error: unknown): void {
  const { status, headers, body } = text(500, `emulator: ${error instanceof Error ? error.stack : String(error)}`)
  if (response.headersSent) response.destroy()
  else response.writeHead(status, headers).end(body)
}

import { ScepError } from '@chancery/scep'
import type { ServerContext } from '../context.ts'
import type { ProfileLimits } from '../limits/profile-limits.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { type Answer, line } from './answer.ts'
import type { Course } from './course.ts'
import type { Derivations } from './derivations.ts'
import type { FindEndpoint } from './find-endpoint.ts'
import type { Gate } from './gate.ts'
import { answerGetOperation } from './get-operation.ts'
import { operationOf, rawQueryOf, UNKNOWN_OPERATION } from './operation.ts'
import { overloaded } from './overloaded.ts'
import { ownFault } from './own-fault.ts'
import { answerPkiOperation } from './pki-operation.ts'
import { pageOf } from './refusal.ts'

/** A SCEP request as HTTP brought it. */
export interface ScepHttpRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query, as they came. */
  readonly url: string
  /** Empty for a GET. */
  readonly body: Buffer
  readonly find: FindEndpoint
  /** UUID of the challenge that the address names. */
  readonly challengeId: string | undefined
  /** Address at the other end, as `peerOf` tells. */
  readonly peer: string
  /** Whom the limits count it for; undefined: nobody. */
  readonly source: string | undefined
  /** Correlates what the device is told with the log. */
  readonly id: string
  /** What is noted of it on its way. */
  readonly course: Course
}

const EMPTY = Buffer.alloc(0)

/** What bounds the work of one process, and what it does for one sender. */
export interface ScepLimits {
  readonly gate: Gate
  readonly derivations: Derivations
  readonly requests: RequestLimits
  readonly profiles: ProfileLimits
}

/** Always an answer: what nobody foresaw is HTTP 500 with an id. */
export async function answerRequest(
  request: ScepHttpRequest,
  context: ServerContext,
  limits: ScepLimits,
): Promise<Answer> {
  const { method, url, find, id } = request
  const rawQuery = rawQueryOf(url)
  // POST has but one operation, and many clients do not name it (S-4.1-11).
  const operation = operationOf(rawQuery) ?? (method === 'POST' ? 'PKIOperation' : undefined)
  if (operation === undefined) return rejected('?', NO_OPERATION, 'no_operation')
  if (operation === 'unknown') return rejected('?', UNKNOWN_OPERATION, 'unknown_operation')
  try {
    if (operation !== 'PKIOperation') {
      if (method === 'POST') return rejected(operation, `${operation} is asked for by GET.`, 'wrong_method')
      return await answerGetOperation(operation, find, context, request.peer)
    }
    return await guarded(request, context, limits)
  } catch (error) {
    if (error instanceof ScepError) {
      const answer = rejected(operation, `${error.message} [${id}]`, error.reason)
      return { ...answer, report: { ...answer.report, see: pageOf(error.reason) } }
    }
    return ownFault(error, operation, id)
  }
}

const NO_OPERATION = 'Which operation? Add ?operation=GetCACaps, GetCACert or PKIOperation.'

async function guarded(request: ScepHttpRequest, context: ServerContext, limits: ScepLimits): Promise<Answer> {
  const { gate } = limits
  if (!gate.enter()) return overloaded()
  try {
    return await answerPkiOperation(request, context, limits)
  } finally {
    gate.leave()
  }
}

function rejected(operation: string, text: string, reason: string): Answer {
  return line(400, text, { operation, outcome: 'rejected', reason })
}

/** The body of a request that has none. */
export function bodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : EMPTY
}

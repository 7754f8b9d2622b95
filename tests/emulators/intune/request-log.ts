import type { AccessTokens } from './entra/access-token.ts'
import { bearerToken } from './entra/bearer.ts'
import type { Fault } from './faults.ts'
import type { Answer, Call } from './http/answer.ts'
import type { Endpoint } from './service.ts'

export interface LoggedRequest {
  readonly time: string
  readonly method: string
  /** With the query. */
  readonly path: string
  /** Undefined for what no product needs. */
  readonly endpoint: Endpoint | undefined
  /** `authorization` names the token, it does not show it. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the token endpoint without the secret. */
  readonly body: string
  /** Undefined where none was made. */
  readonly answer: { readonly status: number; readonly body: string } | undefined
  readonly fault: Fault['kind'] | undefined
}

export interface Happened {
  readonly endpoint: Endpoint | undefined
  readonly answer: Answer | undefined
  readonly fault: Fault | undefined
}

export function logged(
  call: Call,
  { endpoint, answer, fault }: Happened,
  now: Date,
  tokens: AccessTokens,
): LoggedRequest {
  const body =
    endpoint === 'token' ? call.body.toString().replace(/(client_secret=)[^&]*/g, '$1***') : call.body.toString()
  const shown = answer && {
    status: answer.status,
    body: endpoint === 'token' ? withoutToken(answer.body) : answer.body,
  }
  const query = call.query.size > 0 ? `?${call.query}` : ''
  return {
    time: now.toISOString(),
    method: call.method,
    path: `${call.path}${query}`,
    endpoint,
    headers: headersOf(call, tokens),
    body,
    answer: shown,
    fault: fault?.kind,
  }
}

function headersOf(call: Call, tokens: AccessTokens): Record<string, string> {
  const shown = Object.entries(call.headers).map(([name, value]): [string, string] => [name, String(value)])
  const token = bearerToken(call)
  const authorization = token === undefined ? undefined : `token ${tokens.read(token)?.uti ?? 'unknown'}`
  return {
    ...Object.fromEntries(shown),
    ...(call.headers.authorization && { authorization: authorization ?? 'other' }),
  }
}

const withoutToken = (body: string): string => body.replace(/("access_token":")[^"]*/, '$1***')

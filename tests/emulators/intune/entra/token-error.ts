import { randomUUID } from 'node:crypto'
import { type Answer, json } from '../http/answer.ts'

interface TokenErrorRow {
  readonly error: string
  readonly status: 400 | 401
  readonly text: string
}

/** AADSTS numbers with what Entra says for them. */
const TOKEN_ERRORS = {
  900144: {
    error: 'invalid_request',
    status: 400,
    text: 'The request body must contain the following parameter: a form parameter is missing.',
  },
  70003: { error: 'unsupported_grant_type', status: 400, text: 'The app requested an unsupported grant type.' },
  90002: {
    error: 'invalid_request',
    status: 400,
    text: 'Tenant was not found. Check to make sure you have the correct tenant ID.',
  },
  900023: {
    error: 'invalid_request',
    status: 400,
    text: 'Specified tenant identifier is neither a valid DNS name, nor a valid external domain.',
  },
  700016: { error: 'unauthorized_client', status: 400, text: 'Application was not found in the directory.' },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
  },
  7000222: { error: 'invalid_client', status: 401, text: 'The provided client secret keys for app are expired.' },
  700027: { error: 'invalid_client', status: 401, text: 'Client assertion contains an invalid signature.' },
  700021: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion application identifier does not match the client_id parameter.',
  },
  700023: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion audience claim does not match the endpoint.',
  },
  700024: { error: 'invalid_client', status: 401, text: 'Client assertion is not within its valid time range.' },
  50027: { error: 'invalid_client', status: 401, text: 'JWT token is invalid or malformed.' },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: "The provided value for the input parameter 'scope' is not valid.",
  },
  500011: {
    error: 'invalid_resource',
    status: 400,
    text: 'The resource principal was not found in the tenant.',
  },
} as const satisfies Record<number, TokenErrorRow>

export type AadSts = keyof typeof TOKEN_ERRORS

/** The body of an error at the token endpoint. */
export function tokenError(code: AadSts, now: Date, detail = ''): Answer {
  const { error, status, text } = TOKEN_ERRORS[code]
  const trace = randomUUID()
  const correlation = randomUUID()
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`
  const said = detail === '' ? text : `${text} ${detail}`
  return json(status, {
    error,
    error_description: `AADSTS${code}: ${said} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  })
}

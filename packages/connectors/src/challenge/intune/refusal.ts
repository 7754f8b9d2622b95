import { isObject, readJsonObject } from '../../json-object.ts'
import { IntuneError, type IntuneErrorCode } from './intune-error.ts'
import type { IntuneResponse } from './ports.ts'
import { secondsOf } from './retry-after.ts'
import { identifier } from './token-refusal.ts'

/** What Graph says instead of a list of services. */
export function graphRefusal(response: IntuneResponse): IntuneError {
  switch (response.status) {
    case 401:
      return refusal(
        'ERR_INTUNE_FORBIDDEN',
        'Microsoft Graph does not accept the token. Check that the Graph URL belongs to the cloud of the tenant',
        response,
      )
    case 403:
      return refusal(
        'ERR_INTUNE_FORBIDDEN',
        'Microsoft Graph does not show the services of the tenant. Give the application the permission Application.Read.All of Microsoft Graph (application, not delegated) and grant admin consent',
        response,
      )
    case 404:
      return refusal(
        'ERR_INTUNE_SERVICE_NOT_FOUND',
        'Microsoft Intune is not in this tenant. Check its licence and that it is the tenant of the devices',
        response,
      )
    default:
      return otherRefusal('Microsoft Graph', response)
  }
}

/** What a service of Intune says with another status than 200. */
export function serviceRefusal(response: IntuneResponse): IntuneError {
  switch (response.status) {
    case 400:
      return refusal('ERR_INTUNE_ANSWER', 'Intune says that the message is malformed', response)
    case 401:
    case 403:
      return refusal(
        'ERR_INTUNE_FORBIDDEN',
        'Intune does not accept the application. Give it the permission scep_challenge_provider of the Microsoft Intune API and grant admin consent',
        response,
      )
    case 404:
    case 410:
    case 421:
      return refusal(
        'ERR_INTUNE_UNREACHABLE',
        'Intune has moved, and Microsoft Graph does not say where to. It is tried again',
        response,
      )
    default:
      return otherRefusal('Intune', response)
  }
}

function otherRefusal(whose: string, response: IntuneResponse): IntuneError {
  const { status } = response
  if (status >= 300 && status < 400) {
    return refusal(
      'ERR_INTUNE_ANSWER',
      `${whose} answers with a redirect, and none is followed. Check proxies`,
      response,
    )
  }
  if (status === 408 || status === 429 || status === 503) {
    return refusal('ERR_INTUNE_BUSY', `${whose} is too busy. It is tried again`, response)
  }
  if (status >= 500)
    return refusal('ERR_INTUNE_UNREACHABLE', `${whose} has a fault of its own. It is tried again`, response)
  return refusal('ERR_INTUNE_ANSWER', `${whose} gives an answer that is not its own. Check proxies`, response)
}

/** Microsoft's support finds the call by the identifier. */
function refusal(code: IntuneErrorCode, sentence: string, { status, headers, body }: IntuneResponse): IntuneError {
  const requestId = identifier(headers['request-id']) ?? requestIdIn(body)
  const found = requestId === undefined ? '' : `, request ID ${requestId}`
  const retryAfterSeconds = secondsOf(headers['retry-after'])
  return new IntuneError(code, `${sentence} (HTTP ${status}${found}).`, {
    status,
    retryAfterSeconds,
    correlationId: requestId,
  })
}

function requestIdIn(body: Buffer): string | undefined {
  const { error } = readJsonObject(body) ?? {}
  if (!isObject(error)) return undefined
  const { innerError, message } = error
  const inner = isObject(innerError) ? identifier(innerError['request-id']) : undefined
  const activity = typeof message === 'string' ? /Activity ID: ([0-9a-f-]{36})/i.exec(message)?.[1] : undefined
  return inner ?? activity
}

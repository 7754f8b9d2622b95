import type { Answer, Call } from '../http/answer.ts'
import { badBody } from '../http/bad-body.ts'
import { isText, type Members, wrapped } from '../http/body.ts'
import type { EmulatorState } from '../state.ts'
import { actionResult } from './action-result.ts'
import { notifiedRequest, refuseMalformed } from './notification.ts'
import type { IssuedCertificate, RequestRecord } from './request-book.ts'
import type { SaidInstead } from './validate-request.ts'

const REQUIRED = [
  'transactionId',
  'certificateRequest',
  'certificateThumbprint',
  'certificateSerialNumber',
  'certificateExpirationDateUtc',
  'issuingCertificateAuthority',
  'callerInfo',
]

/** `POST …/ScepActions/successNotification` */
export function successNotification(state: EmulatorState, call: Call, tenant: string, instead?: SaidInstead): Answer {
  const notification = wrapped(call, 'notification')
  const missing = REQUIRED.filter((name) => !isText(notification?.[name]))
  if (notification === undefined || missing.length > 0) {
    return badBody(state, call, `notification needs ${missing.join(', ')}`)
  }
  const malformed = malformedField(notification)
  if (malformed !== undefined) return refuseMalformed(state, call, malformed)
  const request = notifiedRequest(state, notification)
  if (instead !== undefined && instead.code !== 'Success') {
    return actionResult(state, instead.code, instead.description)
  }
  const certificate = certificateOf(state, notification, request, tenant)
  if (request?.issued !== undefined) return again(state, request.issued, certificate)
  if (request?.state !== 'validated') {
    const kind = request?.state === 'failed' ? 'notificationAfterFailure' : 'successWithoutValidate'
    state.violate(kind, certificate.thumbprint)
    if (state.flags.scep.strictNotifications) return actionResult(state, 'Unknown', 'The request was not validated.')
  }
  if (request !== undefined) record(state, request, certificate)
  return actionResult(state, 'Success')
}

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/

function malformedField(notification: Members): string | undefined {
  const { certificateThumbprint, certificateExpirationDateUtc, issuingCertificateAuthority } = notification
  if (!/^[0-9A-Fa-f]{40}$/.test(String(certificateThumbprint)))
    return 'certificateThumbprint is not 40 hexadecimal digits'
  const date = String(certificateExpirationDateUtc)
  if (!ISO_WITH_ZONE.test(date) || Number.isNaN(Date.parse(date))) return 'certificateExpirationDateUtc is no date'
  if (String(issuingCertificateAuthority).length > 256) return 'issuingCertificateAuthority is longer than 256'
  return undefined
}

function certificateOf(
  { challenges }: EmulatorState,
  notification: Members,
  request: RequestRecord | undefined,
  tenant: string,
): IssuedCertificate {
  const { caConfiguration } = notification
  const challenge = request?.requestId === undefined ? undefined : challenges.byRequest(request.requestId)
  return {
    tenant,
    deviceId: challenge?.deviceId,
    requestId: request?.requestId,
    thumbprint: String(notification.certificateThumbprint).toUpperCase(),
    serialNumber: String(notification.certificateSerialNumber),
    issuerName: String(notification.issuingCertificateAuthority),
    caConfiguration: typeof caConfiguration === 'string' ? caConfiguration : null,
    expires: String(notification.certificateExpirationDateUtc),
  }
}

/** The same certificate twice is no news. */
function again(state: EmulatorState, known: IssuedCertificate, told: IssuedCertificate): Answer {
  if (known.thumbprint === told.thumbprint) return actionResult(state, 'Success')
  state.violate('conflictingSuccess', `${known.thumbprint}, then ${told.thumbprint}`)
  return actionResult(state, 'Unknown', 'Another certificate was notified for this request.')
}

function record({ challenges }: EmulatorState, request: RequestRecord, certificate: IssuedCertificate): void {
  request.state = 'issued'
  request.issued = certificate
  const challenge = request.requestId === undefined ? undefined : challenges.byRequest(request.requestId)
  if (challenge !== undefined) challenge.state = 'issued'
}

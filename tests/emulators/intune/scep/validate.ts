import type { EmulatorState } from '../state.ts'
import type { ChallengeRecord } from './challenge-book.ts'
import { compareRendered } from './compare-rendered.ts'
import { type ReadRequest, readRequest } from './read-request.ts'
import type { ScepCode } from './scep-code.ts'

export interface Verdict {
  readonly code: ScepCode
  readonly detail: string
  /** The challenge's, once it could be read. */
  readonly requestId?: string
}

const STRICT_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What validateRequest finds in a request, the first defect winning. `tenant` is the one of the token. */
export async function judge(state: EmulatorState, certificateRequest: string, tenant: string): Promise<Verdict> {
  const request = decodeRequest(certificateRequest)
  if (request === undefined)
    return fault('CertificateRequestDecodingFailed', 'The certificate request cannot be decoded.')
  if (!(await request.signed()))
    return fault('SignatureValidationFailed', 'The certificate request is not signed by its key.')
  if (request.challenge === undefined) return fault('ChallengePasswordMissing', 'There is no challenge password.')
  const opened = openChallenge(state, request.challenge)
  if ('code' in opened) return opened
  const found = judgeContent(state, opened.content, request, tenant)
  return { ...found, requestId: opened.content.requestId }
}

function decodeRequest(text: string): ReadRequest | undefined {
  if (text === '' || !STRICT_BASE64.test(text)) return undefined
  try {
    return readRequest(Buffer.from(text, 'base64'))
  } catch {
    return undefined
  }
}

function openChallenge(state: EmulatorState, challenge: string): Verdict | { readonly content: ChallengeRecord } {
  if (challenge === '' || !STRICT_BASE64.test(challenge))
    return fault('ChallengeDecodingError', 'The challenge is not Base64.')
  const opened = state.challenges.sealer.open(Buffer.from(challenge, 'base64'))
  if ('plain' in opened) return deserialize(opened.plain)
  if (opened.fault === 'signature')
    return fault('SignatureValidationFailed', 'The signature of the challenge is wrong.')
  return fault('ChallengeDecryptionError', 'The challenge cannot be decrypted.')
}

function deserialize(plain: Buffer): Verdict | { readonly content: ChallengeRecord } {
  try {
    return { content: JSON.parse(plain.toString()) as ChallengeRecord }
  } catch {
    return fault('ChallengeDeserializationError', 'The challenge cannot be deserialized.')
  }
}

function judgeContent(state: EmulatorState, content: ChallengeRecord, request: ReadRequest, tenant: string): Verdict {
  const { challenges, clock, flags } = state
  const [created, expires] = [content.created, content.expires].map((text) => new Date(text).getTime())
  if (!(created !== undefined && expires !== undefined && created <= expires)) {
    return fault('ChallengeInvalidTimestamp', 'The timestamps of the challenge are invalid.')
  }
  if (clock.now().getTime() > expires)
    return fault('ChallengeExpired', expiredText(new Date(created), new Date(expires)))
  if (content.tenant !== tenant)
    return fault('BadTenantIdInChallenge', 'The tenant of the challenge is not the caller’s.')
  if (!challenges.devices.has(content.deviceId)) return fault('BadDeviceIdInChallenge', 'The device is not known.')
  if (!challenges.users.has(content.userId)) return fault('BadUserIdInChallenge', 'The user is not known.')
  const record = challenges.byRequest(content.requestId)
  if (record === undefined) return fault('BadCertificateRequestIdInChallenge', 'The request is not known.')
  if (!challenges.targets(content.profileId, content.deviceId)) {
    return fault('ScepProfileNoLongerTargetedToTheClient', 'The profile is no longer assigned to the device.')
  }
  if (flags.scep.singleUse && record.validations > 0) return fault('Unknown', 'The challenge was used before.')
  const differs = compareRendered(content, request)
  return differs === undefined ? fault('Success', '') : fault(differs, 'The request is not what the profile rendered.')
}

const fault = (code: ScepCode, detail: string): Verdict => ({ code, detail })

function expiredText(created: Date, expires: Date): string {
  const minutes = Math.round((expires.getTime() - created.getTime()) / 60_000)
  return (
    `SCEP challenge has expired.SCEP Challenge has expired. challengeExpInterval=${minutes}, ` +
    `challengeExpiration=${american(expires)}, challengeCreation=${american(created)}`
  )
}

/** `10/21/2024 09:55:33` */
function american(date: Date): string {
  const [day = '', time = ''] = date.toISOString().slice(0, 19).split('T')
  const [year, month, dayOfMonth] = day.split('-')
  return `${month}/${dayOfMonth}/${year} ${time}`
}

import { nameToText } from '@chancery/pki'
import { type DecisionDetail, type DecisionRecord, uuidV7 } from '@chancery/ra'
import { isEnrolment, type ReplyTo, recogniseClient, ScepError, type ScepRequest } from '@chancery/scep'
import { keyText } from '../../log/key-text.ts'
import { printable } from '../../log/printable.ts'
import type { Sketch } from './sketch.ts'

const LONGEST_SUBJECT = 500
const LONGEST_TRANSACTION_ID = 255

/** The record of a request. Neither the message nor its certification request goes into it, and no challenge (design, rule 5). */
export function recordOf(sketch: Sketch): DecisionRecord {
  const { course, answer, id, at, peer } = sketch
  const { report } = answer
  const request = course?.request
  const { error, served, trace } = course ?? {}
  const client = clientOf(sketch)
  const csr = request !== undefined && isEnrolment(request) ? request.csr : undefined
  return {
    uuid: uuidV7(at),
    at,
    correlationId: id,
    // The answer to a fault of ours names none.
    endpoint: report.endpoint ?? served?.endpoint.address ?? null,
    scepProfileId: served?.endpoint.scepProfile.id ?? null,
    raProfileId: served?.endpoint.raProfile.id ?? null,
    messageType: request?.messageType ?? null,
    outcome: report.outcome,
    reason: report.reason ?? null,
    failInfo: error instanceof ScepError ? error.failInfo : null,
    transaction: report.transaction ?? null,
    transactionId: transactionIdOf(sketch),
    certificate: course?.certificate ?? trace?.signer ?? null,
    challenge: trace?.challenge ?? null,
    subject: csr === undefined ? null : printable(nameToText(csr.subject), LONGEST_SUBJECT),
    client: client?.name ?? null,
    peer: printable(peer),
    count: 1,
    detail: detailOf(sketch, client?.because),
  }
}

function detailOf(sketch: Sketch, habits: string | undefined): DecisionDetail {
  const { course, answer, milliseconds, source, userAgent } = sketch
  const { report, status } = answer
  const { request, trace, bytes } = course ?? {}
  return {
    checks: checksOf(sketch),
    status,
    milliseconds: course?.durations(milliseconds) ?? { open: null, decide: null, seal: null, total: milliseconds },
    ...given({
      vouched: trace?.vouched,
      why: report.detail,
      octets: bytes?.length,
      source,
      userAgent: userAgent === undefined ? undefined : printable(userAgent),
      habits,
      signer: report.signer,
      algorithms: request === undefined ? undefined : algorithmsOf(request),
      legacy: request === undefined || request.legacy.length === 0 ? undefined : request.legacy,
      event: report.event,
    }),
  }
}

/** What comes before the rules is one step: which of them it was, the detail says. */
function checksOf({ course, answer }: Sketch): DecisionDetail['checks'] {
  const { detail, reason, outcome } = answer.report
  if (course?.request === undefined) {
    const verdict = outcome === 'refused' || outcome === 'rejected' ? 'refused' : 'undecided'
    return [{ check: 'message', verdict, ...given({ detail: detail ?? reason }) }]
  }
  const proven = isEnrolment(course.request) ? [{ check: 'proofOfPossession', verdict: 'passed' } as const] : []
  return [{ check: 'message', verdict: 'passed' }, ...proven, ...course.trace.checks]
}

function transactionIdOf({ course, answer }: Sketch): string | null {
  const transactionId = replyToOf(course)?.transactionId
  if (transactionId !== undefined) return printable(transactionId, LONGEST_TRANSACTION_ID)
  return answer.report.transactionId ?? null
}

function replyToOf(course: Sketch['course']): ReplyTo | undefined {
  const { request, error } = course ?? {}
  return request?.replyTo ?? (error instanceof ScepError ? error.replyTo : undefined)
}

function algorithmsOf(request: ScepRequest): Readonly<Record<string, string>> {
  const { digest, contentEncryption, keyTransport } = request.replyTo
  const signer = keyText(request.signer.certificate.publicKey)
  const csr = isEnrolment(request) ? keyText(request.csr.publicKey) : undefined
  const named = { digest, contentEncryption, keyTransport: keyTransport?.scheme, signer, csr }
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function clientOf({ course, rawMessage }: Sketch) {
  const { bytes, request } = course ?? {}
  if (bytes === undefined) return undefined
  return recogniseClient({
    message: request?.message ?? bytes,
    signer: request?.signer.certificate ?? replyToOf(course)?.recipient,
    csr: request !== undefined && isEnrolment(request) ? request.csr : undefined,
    legacy: request?.legacy ?? [],
    rawMessage,
  })
}

/** Without those that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

import { randomBytes } from 'node:crypto'
import { ChallengeReused } from '@chancery/ra'
import { type Reason, type ScepError, type ScepRequest, sealReply } from '@chancery/scep'
import type { ServedEndpoint } from '../context.ts'
import { printable } from '../log/printable.ts'
import { type Answer, line, type Report } from './answer.ts'
import { endpointReport, messageReport } from './report.ts'

/** Reasons without a CertRep that have a better HTTP status than 400. */
const STATUS: Partial<Record<Reason, number>> = { too_large: 413 }
const NONCE_OCTETS = 16
/** What an envelope that does not open can end with leaves at a fixed time, whatever the reason was (design, rule 13). */
const UNIFORM: ReadonlySet<Reason> = new Set(['bad_envelope', 'certificate_unknown', 'transaction_unknown'])
const LONGEST_DETAIL = 500

export interface Refused {
  /** As far as it was opened. */
  readonly request: ScepRequest | undefined
  readonly served: ServedEndpoint
  readonly now: Date
  readonly id: string
}

/**
 * A signed FAILURE from the moment we know whom to answer, a line of text before (design, section 3). The device is told
 * the reason from a fixed catalogue and an id; the detail is for the administrator.
 */
export async function refusal(error: ScepError, { request, served, now, id }: Refused): Promise<Answer> {
  const replyTo = error.replyTo ?? request?.replyTo
  const text = `${error.message} [${id}]`
  const report = { ...reportOf(error), ...endpointReport(served), ...messageReport(replyTo, request) }
  if (error.failInfo === null || replyTo === undefined) {
    return line(STATUS[error.reason] ?? 400, text, { ...report, outcome: 'rejected' })
  }
  const body = await sealReply({ status: 'FAILURE', failInfo: error.failInfo, text }, replyTo, {
    ra: replyTo.ra ?? served.current,
    policy: served.policy,
    now,
    nonce: randomBytes(NONCE_OCTETS),
  })
  return {
    status: 200,
    type: 'application/x-pki-message',
    body,
    ...(UNIFORM.has(error.reason) ? { uniform: true } : {}),
    report,
  }
}

/** What to do about it, for the administrator. */
export function pageOf(reason: Reason): string {
  return `docs/errors/${reason}.md`
}

function reportOf({
  reason,
  detail,
  cause,
}: ScepError): Pick<Report, 'operation' | 'outcome' | 'reason' | 'detail' | 'see' | 'event'> {
  const because = detail ?? (cause instanceof Error ? cause.message : undefined)
  return {
    operation: 'PKIOperation',
    outcome: 'refused',
    reason,
    ...(because === undefined ? {} : { detail: printable(because, LONGEST_DETAIL) }),
    see: pageOf(reason),
    ...(cause instanceof ChallengeReused ? { event: 'challenge_reused' } : {}),
  }
}

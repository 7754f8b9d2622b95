import { dirname } from 'node:path'
import { FAIL_INFO, type Failure } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { exitOfFailInfo } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import { shellQuote } from '../terminal/shell-quote.ts'

export interface RefusedRequest {
  readonly transactionId: string
  readonly kind: 'enrolment' | 'renewal' | 'poll'
  /** Where it is kept. */
  readonly file: string
  readonly requestDigest: string
}

/** What to tell about a reply that brings no certificate. */
export function refusal(reply: Failure | { readonly status: 'PENDING' }, request: RefusedRequest): CliFailure {
  return reply.status === 'PENDING' ? undecided(request) : failure(reply, request.kind, request)
}

/** A person who is to approve it can compare the fingerprint (D-2.3-01). */
function undecided({ transactionId, requestDigest, file }: RefusedRequest): CliFailure {
  const message = `The server has the request and has not decided yet.\nWhoever approves it can compare the SHA-256 of the request: ${requestDigest}`
  return new CliFailure('pending', message, {
    nextStep: `"chancery scep poll ${shellQuote(dirname(file))}" asks again; key and transaction are kept until then.`,
    fields: { status: 'PENDING', transactionId, requestSha256: requestDigest },
  })
}

/** What to tell about a FAILURE, whatever was asked. */
export function failure(
  reply: Failure,
  kind: keyof typeof NEXT_STEPS,
  { transactionId }: { readonly transactionId?: string } = {},
): CliFailure {
  const { failInfo, rawFailInfo } = reply
  const failInfoText = reply.failInfoText === undefined ? undefined : printable(reply.failInfoText)
  const name = failInfo === undefined ? nameless(rawFailInfo) : `${failInfo} (${FAIL_INFO[failInfo]})`
  return new CliFailure(
    exitOfFailInfo(failInfo),
    `The server refused: ${name}${failInfoText === undefined ? '' : `, "${failInfoText}"`}`,
    {
      nextStep:
        NEXT_STEPS[kind][failInfo ?? ''] ??
        NEXT_STEPS.either[failInfo ?? ''] ??
        'Ask whoever runs the server; its log tells more.',
      fields: { status: 'FAILURE', failInfo: failInfo ?? rawFailInfo ?? null, failInfoText, transactionId },
    },
  )
}

function nameless(raw: string | undefined): string {
  return raw === undefined ? 'it gives no failInfo, against RFC 8894' : `unknown failInfo "${printable(raw)}"`
}

const NEXT_STEPS: Readonly<
  Record<'enrolment' | 'renewal' | 'poll' | 'question' | 'either', Readonly<Record<string, string>>>
> = {
  enrolment: {
    badRequest:
      'Check the challenge: it may be used up, expired, or made for other names. The log of the server has the reason.',
  },
  renewal: {
    badRequest:
      'It may be too early, or the certificate expired or revoked: the log of the server has the reason. The old key and certificate are as they were.',
  },
  poll: {
    badCertId:
      'The server knows nothing of this request. Without --resume the same command sends it again; its key is kept.',
  },
  question: {
    badRequest: 'Not every server answers this question, and not for everybody. The log of the server has the reason.',
    badCertId: 'Check the serial number and the CA.',
  },
  either: {
    badAlg: 'Try --digest, --cipher or --key-type with something else that the server accepts.',
    badTime: 'Check the clock of this machine.',
  },
}

import { FAIL_INFO, type Reply } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { exitOfFailInfo } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'

/** What to tell about a reply that brings no certificate. */
export function refusal(
  reply: Exclude<Reply, { status: 'SUCCESS' }>,
  transactionId: string,
  kind: 'enrolment' | 'renewal' = 'enrolment',
): CliFailure {
  if (reply.status === 'PENDING') {
    return new CliFailure('pending', 'The server has the request and has not decided yet.', {
      nextStep: 'Run the same command again later; key and transaction are kept until then.',
      fields: { status: 'PENDING', transactionId },
    })
  }
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

const NEXT_STEPS: Readonly<Record<'enrolment' | 'renewal' | 'either', Readonly<Record<string, string>>>> = {
  enrolment: {
    badRequest:
      'Check the challenge: it may be used up, expired, or made for other names. The log of the server has the reason.',
  },
  renewal: {
    badRequest:
      'It may be too early, or the certificate expired or revoked: the log of the server has the reason. The old key and certificate are as they were.',
  },
  either: {
    badAlg: 'Try --digest, --cipher or --key-type with something else that the server accepts.',
    badTime: 'Check the clock of this machine.',
  },
}

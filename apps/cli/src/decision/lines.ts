import { CHECK_VERDICTS, type Decision, type DecisionDetails } from '@chancery/api'
import { printable } from '../terminal/printable.ts'

/** One line a request: when, how it ended, what it was about. */
export function decisionLine(decision: Decision): string {
  const { at, outcome, reason, subject, transactionId, correlationId, peer, count, uuid } = decision
  const about = subject ?? (transactionId === null ? '' : `transaction ${transactionId}`)
  const from = peer === null ? '' : `from ${peer}`
  const how = reason === null ? outcome : `${outcome} (${reason})`
  const number = count > 1 ? `${count} times` : ''
  const told = correlationId === null ? '' : `[${correlationId}]`
  const rest = [about, from, number, told].filter((part) => part !== '').join('  ')
  return `${uuid}  ${at}  ${printable(`${how.padEnd(28)}  ${rest}`)}`
}

/** Everything about one request, the answer to "why" first. */
export function decisionLines(decision: DecisionDetails): string[] {
  const { outcome, sentence, see, milliseconds, checks, algorithms, legacyAlgorithms } = decision
  const rows: readonly (readonly [string, string | null])[] = [
    ['decision', sentence],
    ['next step', see],
    ['at', decision.at],
    ['told id', decision.correlationId],
    ['outcome', [outcome, decision.reason, decision.failInfo].filter((part) => part !== null).join(', ')],
    ['asked at', decision.endpoint],
    ['profiles', profilesText(decision)],
    ['message', decision.messageType],
    ['subject', decision.subject],
    ['vouched by', decision.vouchedBy ?? 'nothing'],
    ['challenge', decision.challengeUuid],
    ['certificate', decision.certificateUuid],
    ['transaction', decision.transactionUuid],
    ['its id', decision.transactionId],
    ['signer', decision.signer],
    ['from', decision.peer],
    ['client', decision.client === null ? null : `${decision.client}: ${decision.habits ?? ''}`],
    ['user agent', decision.userAgent],
    [
      'algorithms',
      Object.entries(algorithms)
        .map((pair) => pair.join(' '))
        .join(', ') || null,
    ],
    ['old ones', legacyAlgorithms.join(', ') || null],
    ['time', timeText(milliseconds)],
    ['uuid', decision.uuid],
    ...checks.map(({ check, verdict, detail }, index) => {
      const meaning = (CHECK_VERDICTS as Readonly<Record<string, string>>)[verdict] ?? verdict
      return [
        index === 0 ? 'checks' : '',
        `${check}: ${verdict === 'passed' ? verdict : meaning}${because(detail)}`,
      ] as const
    }),
  ]
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(11)}  ${printable(value)}`]))
}

function because(detail: string | null): string {
  return detail === null ? '' : ` (${detail})`
}

function profilesText({ scepProfile, raProfile }: Decision): string | null {
  if (scepProfile === null) return null
  return `SCEP profile ${scepProfile}, RA profile ${raProfile ?? 'that is gone'}`
}

function timeText(times: DecisionDetails['milliseconds']): string | null {
  const known = Object.entries(times).filter(([, time]) => time !== null)
  return known.length === 0 ? null : known.map(([step, time]) => `${step} ${time} ms`).join(', ')
}

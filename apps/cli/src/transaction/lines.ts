import { TRANSACTION_STATES, type Transaction, type TransactionDetails } from '@chancery/api'
import { decisionLine } from '../decision/lines.ts'
import { printable } from '../terminal/printable.ts'

/** One line a transaction: what to call it by, where it stands, whose it is. */
export function transactionLine({ uuid, state, kind, createdAt, subject, transactionId }: Transaction): string {
  const about = subject ?? `transactionID ${transactionId}`
  return `${uuid}  ${state.padEnd(17)}  ${kind.padEnd(7)}  ${createdAt}  ${printable(about)}`
}

export function transactionLines(transaction: TransactionDetails): string[] {
  const { state, expiresAt, reason, supersededBy, certificateUuid, decisions } = transaction
  const rows: readonly (readonly [string, string | null])[] = [
    ['state', `${state}: ${TRANSACTION_STATES[state]}`],
    ['reason', reason === null ? null : `${reason} (docs/errors/${reason}.md)`],
    ['subject', transaction.subject],
    ['kind', transaction.kind],
    ['asked at', `${transaction.endpoint}, RA profile ${transaction.raProfile ?? 'that is gone'}`],
    ['its id', transaction.transactionId],
    ['since', transaction.createdAt],
    ['changed', transaction.changedAt],
    ['expires', expiresAt],
    ['certificate', certificateUuid],
    ['superseded', supersededBy],
    ['uuid', transaction.uuid],
  ]
  return [
    ...rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(11)}  ${printable(value)}`])),
    ...(decisions.length === 0 ? [] : ['', 'Its messages, the newest first:', ...decisions.map(decisionLine)]),
  ]
}

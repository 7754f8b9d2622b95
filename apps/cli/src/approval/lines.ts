import { APPROVAL_STATES, type Approval } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Prints what became of a request, for a person or for a script. */
export function printApproval(approval: Approval, json: true | undefined, terminal: Terminal): void {
  terminal.out(json ? `${JSON.stringify(approval, null, 2)}\n` : `${approvalLines(approval).join('\n')}\n`)
}

/** A request as somebody reads it who has to decide about it. */
function approvalLines(approval: Approval): string[] {
  const { state, requested, renews, decision, source, requestedBy, expiresAt, reason } = approval
  const rows: readonly (readonly [string, string])[] = [
    ['state', `${state}: ${APPROVAL_STATES[state]}`],
    ['subject', approval.subject],
    ...(requested === null
      ? []
      : ([
          ['names', requested.subjectAltNames.join(', ') || 'none'],
          ['key', requested.key],
          ['key SHA-256', requested.keyFingerprint],
          ['CSR SHA-256', `${requested.csrFingerprint} (compare with sha256sum of the request on the device)`],
        ] as const)),
    ['vouched by', vouchedBy(approval)],
    ...(renews === null ? [] : renewalRows(renews)),
    ['asked at', `${approval.endpoint}, RA profile ${approval.raProfile ?? 'that is gone'}`],
    ['transaction', approval.transactionId],
    ...(requestedBy === null ? [] : [['asked for by', requestedBy] as const]),
    ...(source === null ? [] : [['from', source] as const]),
    ['since', approval.since],
    ...(expiresAt === null ? [] : [['expires', expiresAt] as const]),
    ...(reason === null ? [] : [['reason', `${reason} (docs/errors/${reason}.md)`] as const]),
    ...approvalRows(approval),
    ...(decision === null ? [] : [['decision', decisionText(decision)] as const]),
    ...(approval.certificateUuid === null ? [] : [['certificate', approval.certificateUuid] as const]),
    ['uuid', approval.uuid],
  ]
  return rows.map(([name, value]) => `${name.padEnd(11)}  ${printable(value)}`)
}

/** One line a request: what to call it by, since when, and for whom. */
export function approvalLine(approval: Approval): string {
  const { uuid, state, kind, since, subject, source } = approval
  const from = source === null ? '' : `, from ${source}`
  return `${uuid}  ${state.padEnd(7)}  ${kind.padEnd(7)}  ${since}  ${printable(`${subject}${from}${progress(approval)}`)}`
}

/** What is missing where one is not enough. */
function progress({ state, approvalsGiven, approvalsNeeded }: Approval): string {
  return state === 'waiting' && approvalsNeeded > 1 ? `, ${approvalsGiven.length} of ${approvalsNeeded} agreed` : ''
}

function approvalRows({ approvalsGiven, approvalsNeeded, approvalRole }: Approval) {
  if (approvalsNeeded === 1 && approvalRole === null) return []
  const of = approvalRole === null ? '' : ` of the role ${approvalRole}`
  return [
    ['approvals', `${approvalsGiven.length} of ${approvalsNeeded}${of}`] as const,
    ...approvalsGiven.map(({ by, at, comment }) => ['', said(by, at, comment)] as const),
  ]
}

/** After an approval: what is still missing. Undefined: nothing. */
export function missingText({ state, approvalsGiven, approvalsNeeded }: Approval): string | undefined {
  const missing = approvalsNeeded - approvalsGiven.length
  if (state !== 'waiting' || missing <= 0) return undefined
  return missing === 1 ? 'One more must agree: somebody else.' : `${missing} more must agree: others.`
}

function vouchedBy({ authenticated, kind }: Approval): string {
  if (kind === 'renewal') return 'the certificate that it renews'
  return authenticated ? 'a challenge' : 'nothing: anybody may have sent it'
}

function renewalRows({ subject, serialNumber, state, notAfter, differences }: NonNullable<Approval['renews']>) {
  return [
    ['renews', `${subject}, serial ${serialNumber}, ${state}, until ${notAfter}`],
    ...differences.map((difference) => ['', difference] as const),
  ] as const
}

function decisionText({ decision, by, at, comment }: NonNullable<Approval['decision']>): string {
  return `${decision} ${said(`by ${by}`, at, comment)}`
}

function said(who: string, at: string, comment: string | null): string {
  return `${who} at ${at}${comment === null ? '' : `: ${comment}`}`
}

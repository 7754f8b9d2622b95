import type { DecisionRecord } from '@chancery/ra'
import { REASONS, type Reason } from '@chancery/scep'

/** What was decided and why, for a person. */
export function sentenceOf(record: DecisionRecord): string {
  const { outcome, count, detail } = record
  if (count > 1) {
    return `${count} more messages of this kind came within the minute from ${detail.source ?? 'many places'}; only their number was kept.`
  }
  const said = OUTCOMES[outcome]?.(record)
  return said ?? `It ended as "${outcome}".`
}

const OUTCOMES: Readonly<Record<string, (record: DecisionRecord) => string>> = {
  issued: (record) => `A certificate was issued: every rule was kept, and ${vouchedText(record)}.`,
  repeated: () => 'The certificate of an earlier message of the same transaction was sent again.',
  polled: () => 'The device asked what became of its request, and was sent its certificate.',
  served: ({ messageType }) => `The device was sent what it asked for with ${messageType ?? 'its message'}.`,
  pending: ({ detail }) => `The device was told to ask again later: ${waitingText(detail)}.`,
  refused: refusedText,
  rejected: refusedText,
  unavailable: ({ detail }) => `The server could not answer${because(lastDetail(detail))}; the device may ask again.`,
  failed: () => 'Something went wrong in the server; the log has it under the same id.',
}

function refusedText({ reason, detail }: DecisionRecord): string {
  const text = isReason(reason) ? REASONS[reason].text : (reason ?? 'it is not known why')
  const why = detail.why
  return `The device was refused: ${text}${why === undefined || why === text ? '' : ` (${why})`}.`
}

function vouchedText({ detail, challenge }: DecisionRecord): string {
  if (detail.vouched === 'certificate') return 'a certificate of ours signed the request'
  if (detail.vouched === 'challenge') {
    return challenge === null ? 'its challenge was accepted' : `challenge ${challenge} was accepted`
  }
  return 'the profile asks for no challenge'
}

function waitingText(detail: DecisionRecord['detail']): string {
  if (detail.checks.some(({ verdict }) => verdict === 'waiting')) return 'a person has to agree'
  return detail.why ?? lastDetail(detail) ?? 'the certificate is not made yet'
}

function lastDetail({ checks }: DecisionRecord['detail']): string | undefined {
  return checks.findLast(({ verdict }) => verdict !== 'passed' && verdict !== 'skipped')?.detail
}

function because(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail})`
}

/** The page that tells what to do next. */
export function pageFor({ outcome, reason, detail }: DecisionRecord): string | null {
  if (isReason(reason)) return `docs/errors/${reason}.md`
  if (reason === 'network') return 'docs/operate/limits.md'
  if (outcome === 'pending' && detail.checks.some(({ verdict }) => verdict === 'waiting')) {
    return 'docs/operate/approving.md'
  }
  // Asked only where Intune vouches.
  if (detail.checks.some(({ check, verdict }) => check === 'notification' && verdict !== 'passed')) {
    return 'docs/guide/intune.md'
  }
  return null
}

function isReason(reason: string | null): reason is Reason {
  return reason !== null && Object.hasOwn(REASONS, reason)
}

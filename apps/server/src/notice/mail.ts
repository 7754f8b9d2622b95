import { NOTICE_EVENTS } from '@chancery/api'
import type { Notice } from '@chancery/ra'

export interface Mail {
  readonly subject: string
  readonly text: string
}

type Told = Pick<Notice, 'event' | 'payload'>

/** A mail that somebody may still read; of the rest it says how many there are. */
const MOST_LINES = 50
const LONGEST_SUBJECT = 120
const LONGEST_VALUE = 200

/** One mail for all notices that are due. Whatever a device calls itself, it stays on its line. */
export function composeMail(notices: readonly Told[], publicUrl: string | undefined): Mail {
  const [first] = notices
  const subject =
    notices.length === 1 && first !== undefined ? headOf(first) : `${notices.length} notices: ${countsOf(notices)}`
  const more = notices.length - MOST_LINES
  const lines = [
    ...notices.slice(0, MOST_LINES).map(sentenceOf),
    ...(more > 0 ? [`And ${more} more.`] : []),
    ...(publicUrl === undefined ? [] : [`More: ${publicUrl}/`]),
  ]
  return { subject: `[Chancery] ${subject}`.slice(0, LONGEST_SUBJECT), text: `${lines.join('\n\n')}\n` }
}

function headOf({ event, payload }: Told): string {
  const what = nameOf(payload)
  return what === undefined ? titleOf(event) : `${titleOf(event)}: ${what}`
}

function sentenceOf(told: Told): string {
  const { payload } = told
  const certificate = record(payload.certificate)
  const detail = record(payload.detail)
  const facts = [
    fact('serial number', certificate.serialNumber ?? detail.serialNumber),
    fact('RA profile', payload.raProfile),
    fact('ends', certificate.notAfter ?? detail.endsAt),
    fact('days left', detail.daysBefore),
    fact('reason', detail.reason),
    fact('why', detail.summary ?? detail.why),
    fact('transactionID', detail.transactionId),
    fact('by', record(payload.by).name),
  ].filter((one) => one !== undefined)
  const about = facts.length === 0 ? '' : ` (${facts.join(', ')})`
  return `${clean(payload.at)}  ${headOf(told)}${about}.`
}

function titleOf(event: Told['event']): string {
  return event === 'test' ? 'Trial of this channel' : NOTICE_EVENTS[event]
}

function nameOf(payload: Told['payload']): string | undefined {
  const name = record(payload.certificate).subject ?? record(payload.object).name
  return typeof name === 'string' ? clean(name) : undefined
}

function countsOf(notices: readonly Told[]): string {
  const groups = Map.groupBy(notices, ({ event }) => event)
  return [...groups].map(([event, of]) => `${of.length} × ${titleOf(event).toLowerCase()}`).join(', ')
}

function fact(name: string, value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? `${name} ${clean(value)}` : undefined
}

/** No line break, no control character, nothing endless. */
function clean(value: unknown): string {
  return String(value)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, LONGEST_VALUE)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

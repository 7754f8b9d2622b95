import { REVOCATION_REASONS } from '@chancery/ra'
import { type RawBuilder, sql } from 'kysely'
import { fromDate } from '../column.ts'
import type { CertificateCriteria } from './criteria.ts'
import type { Group } from './group.ts'
import type { CertificateEntry } from './row.ts'
import { type CertificateContent, subjectWordsOf, termsOf } from './term.ts'
import { searchedWords } from './words.ts'

/** What the row of a certificate answers by itself: its state and its end change with time, so no term has them. */
export interface RowCondition {
  readonly state: 'issued' | 'held' | 'revoked' | undefined
  readonly isDevice: boolean
  /** Ends at this moment or later, and before that one. */
  readonly from: Date | undefined
  readonly to: Date | undefined
}

export function rowConditionOf(criteria: CertificateCriteria, now: Date): RowCondition {
  const { state, expiresBefore, expiresAfter, purpose } = criteria
  const after = (date: Date) => new Date(date.getTime() + 1)
  const from = [expiresAfter && after(expiresAfter), state === 'valid' ? after(now) : undefined]
  const to = [expiresBefore, state === 'expired' ? after(now) : undefined]
  return {
    state: state === 'valid' ? 'issued' : state === 'expired' ? undefined : state,
    isDevice: purpose === 'device',
    from: from
      .filter((date) => date !== undefined)
      .toSorted(byTime)
      .at(-1),
    to: to
      .filter((date) => date !== undefined)
      .toSorted(byTime)
      .at(0),
  }
}

const byTime = (a: Date, b: Date): number => a.getTime() - b.getTime()

/** Of a certificate `c`. */
export function conditionSql({ state, isDevice, from, to }: RowCondition): RawBuilder<unknown>[] {
  return [
    ...(state === undefined ? [] : [STATES[state]]),
    ...(isDevice ? [sql`c.purpose = 'device'`] : []),
    ...(from === undefined ? [] : [sql`c.not_after >= ${fromDate(from)}`]),
    ...(to === undefined ? [] : [sql`c.not_after < ${fromDate(to)}`]),
  ]
}

const HOLD = sql.lit(REVOCATION_REASONS.certificateHold)
const STATES = {
  issued: sql`c.state = 'issued'`,
  held: sql`c.state = 'revoked' and c.revocation_reason = ${HOLD}`,
  revoked: sql`c.state = 'revoked' and c.revocation_reason <> ${HOLD}`,
} as const

/** The same, of one that was read. */
export function meetsCondition({ state, isDevice, from, to }: RowCondition, entry: CertificateEntry): boolean {
  return (
    (state === undefined || entry.state === state) &&
    (!isDevice || entry.purpose === 'device') &&
    (from === undefined || entry.notAfter >= from) &&
    (to === undefined || entry.notAfter < to)
  )
}

/** Whether a certificate is in all groups by what it says itself, where the index of terms cannot be asked. */
export function isInGroups(
  groups: readonly Group[],
  entry: CertificateEntry,
  content: CertificateContent | undefined,
): boolean {
  if (groups.length === 0) return true
  const own = termsOf(entry, content)
  const all = [...own]
  return groups.every(
    ({ terms = [], prefix, ids }) =>
      ids.has(entry.id) ||
      (prefix === undefined ? terms.some((term) => own.has(term)) : all.some((term) => term.startsWith(prefix))),
  )
}

/** The words that are asked for of the subject; the index does not know where in a certificate a word stands. */
export function meetsSubject(
  criteria: CertificateCriteria,
  entry: CertificateEntry,
  content: CertificateContent | undefined,
): boolean {
  if (criteria.subject === undefined) return true
  const words = [...subjectWordsOf(entry, content)]
  return searchedWords(criteria.subject).every(({ prefix }) => words.some((word) => word.startsWith(prefix)))
}

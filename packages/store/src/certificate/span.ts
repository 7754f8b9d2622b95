import { dayOf, FACET } from './term.ts'

/**
 * The terms of all days from one to the other, as few as there can be: whole years and months have terms of their own.
 * @param years those in which certificates end at all
 */
export function spanTerms(from: Date | undefined, to: Date | undefined, years: readonly string[]): string[] {
  const first = from === undefined ? undefined : dayOf(from)
  const last = to === undefined ? undefined : dayOf(to)
  const has = (start: string, end: string) =>
    (first === undefined || first <= start) && (last === undefined || end <= last)
  const meets = (start: string, end: string) =>
    (first === undefined || first <= end) && (last === undefined || start <= last)
  return years.flatMap((year) => {
    const [start, end] = [`${year}-01-01`, `${year}-12-31`]
    if (has(start, end)) return [FACET.year(year)]
    return meets(start, end) ? MONTHS.flatMap((month) => monthTerms(`${year}-${month}`, has, meets)) : []
  })
}

type Relation = (start: string, end: string) => boolean

/** A month is taken as 31 days long: terms of days that there are not lead nowhere. */
function monthTerms(month: string, has: Relation, meets: Relation): string[] {
  const [start, end] = [`${month}-01`, `${month}-31`]
  if (has(start, end)) return [FACET.month(month)]
  if (!meets(start, end)) return []
  return DAYS.map((day) => `${month}-${day}`)
    .filter((day) => has(day, day))
    .map(FACET.day)
}

const two = (number: number): string => String(number).padStart(2, '0')
const MONTHS = Array.from({ length: 12 }, (_, index) => two(index + 1))
const DAYS = Array.from({ length: 31 }, (_, index) => two(index + 1))

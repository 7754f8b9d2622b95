import { expect, test } from 'vitest'
import { spanTerms } from './span.ts'
import { dayOf, FACET } from './term.ts'

const DAY = 86_400_000
const YEARS = ['2025', '2026', '2027', '2028']

/** Whether a certificate that ends then is among those of the terms, which it has for its day, month and year. */
const meets = (terms: readonly string[], end: Date) => {
  const day = dayOf(end)
  return [FACET.day(day), FACET.month(day.slice(0, 7)), FACET.year(day.slice(0, 4))].some((term) =>
    terms.includes(term),
  )
}

test.each([
  ['2026-03-05', '2026-03-05', 1],
  ['2026-03-01', '2026-03-31', 1],
  ['2026-01-01', '2026-12-31', 1],
  ['2026-02-27', '2027-03-02', 12 + 2 + 2],
  [undefined, '2026-03-02', 1 + 2 + 2],
  ['2027-12-31', undefined, 2],
  ['2026-05-02', '2026-05-01', 0],
  ['2030-01-01', '2031-01-01', 0],
])('from %s to %s takes few terms, of exactly these days', (first, last, most) => {
  const from = first === undefined ? undefined : new Date(`${first}T10:00:00Z`)
  const to = last === undefined ? undefined : new Date(`${last}T11:00:00Z`)
  const terms = spanTerms(from, to, YEARS)
  expect(terms.length).toBeLessThanOrEqual(most + 31)
  expect(new Set(terms).size).toBe(terms.length)
  for (let time = Date.UTC(2025, 0, 1); time < Date.UTC(2029, 0, 1); time += DAY) {
    const end = new Date(time)
    const isWithin = (first === undefined || dayOf(end) >= first) && (last === undefined || dayOf(end) <= last)
    expect(meets(terms, end), dayOf(end)).toBe(isWithin)
  }
})

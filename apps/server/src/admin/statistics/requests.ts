import type { Statistics } from '@chancery/api'
import type { HourCount } from '@chancery/store'

type Row = Statistics['requests'][number]

/** Outcomes of SCEP requests (`scep/answer.ts`) as a dashboard tells them apart. */
const COLUMN = {
  issued: 'issued',
  repeated: 'repeated',
  pending: 'pending',
  refused: 'refused',
  rejected: 'refused',
  limited: 'refused',
  polled: 'served',
  served: 'served',
  unavailable: 'failed',
  failed: 'failed',
} as const satisfies Record<string, keyof Omit<Row, 'at'>>

/** One row a step. */
export function requestsOf(counts: readonly HourCount[]): Row[] {
  const rows = Map.groupBy(counts, ({ hour }) => hour.getTime())
  return [...rows].map(([at, ofStep]) => {
    const row = { issued: 0, repeated: 0, pending: 0, refused: 0, failed: 0, served: 0 }
    for (const { labels, count } of ofStep) {
      const column = columnOf(labels.outcome)
      if (column !== undefined) row[column] += count
    }
    return { at: new Date(at).toISOString(), ...row }
  })
}

/** The most frequent first. */
export function refusalsOf(counts: readonly HourCount[]): Statistics['refusals'] {
  const refused = counts.filter(({ labels }) => columnOf(labels.outcome) === 'refused')
  return tally(refused, ({ labels }) => labels.reason ?? 'other')
}

export function scepProfilesOf(counts: readonly HourCount[]): Statistics['byScepProfile'] {
  const byProfile = Map.groupBy(counts, ({ labels }) => labels.scepProfile ?? '')
  return [...byProfile]
    .filter(([scepProfile]) => scepProfile !== '')
    .map(([scepProfile, ofProfile]) => {
      const count = (column: 'issued' | 'refused') =>
        ofProfile.reduce((sum, one) => (columnOf(one.labels.outcome) === column ? sum + one.count : sum), 0)
      return { scepProfile, issued: count('issued'), refused: count('refused') }
    })
    .toSorted((a, b) => (a.scepProfile < b.scepProfile ? -1 : 1))
}

/** Undefined for an outcome that another version counted. */
function columnOf(outcome: string | undefined): (typeof COLUMN)[keyof typeof COLUMN] | undefined {
  return outcome !== undefined && Object.hasOwn(COLUMN, outcome) ? COLUMN[outcome as keyof typeof COLUMN] : undefined
}

function tally(counts: readonly HourCount[], nameOf: (count: HourCount) => string): { name: string; count: number }[] {
  return [...Map.groupBy(counts, nameOf)]
    .map(([name, ofName]) => ({ name, count: ofName.reduce((sum, { count }) => sum + count, 0) }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

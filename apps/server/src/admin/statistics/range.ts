import { MOST_STEPS, STATISTICS_STEPS, type StatisticsStep } from '@chancery/api'
import { AdminRefusal } from '../admin-refusal.ts'
import { readMoment } from '../moment.ts'

export interface StatisticsRange {
  readonly from: Date
  readonly to: Date
  readonly by: StatisticsStep
}

const DAY = 86_400_000
const USUAL = { hour: DAY, day: 30 * DAY } as const

/** @throws {AdminRefusal} 422 with every fault */
export function rangeOf(
  query: { readonly from?: string; readonly to?: string; readonly by?: StatisticsStep },
  now: Date,
): StatisticsRange {
  const { by = 'hour' } = query
  const step = STATISTICS_STEPS[by] * 1000
  const to = query.to === undefined ? now : readMoment(query.to)
  const from = query.from === undefined ? new Date((to ?? now).getTime() - USUAL[by]) : readMoment(query.from)
  if (from === undefined || to === undefined) {
    const none = Object.entries({ from, to }).filter(([, time]) => time === undefined)
    throw new AdminRefusal(
      422,
      none.map(([name]) => `${name} is no date of the calendar.`),
    )
  }
  if (from >= to) throw new AdminRefusal(422, ['from must be before to.'])
  if ((to.getTime() - from.getTime()) / step > MOST_STEPS) {
    throw new AdminRefusal(422, [`from and to are more than ${MOST_STEPS} steps apart; ask by day, or for less.`])
  }
  // Whole steps: half of an hour cannot be told from the other half.
  return { from: new Date(Math.floor(from.getTime() / step) * step), to, by }
}

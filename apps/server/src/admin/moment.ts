/** A point in time as `moment` of the contract lets it through. @returns undefined where the calendar has no such day */
export function readMoment(text: string): Date | undefined {
  const time = new Date(text)
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  // The 30th of February would quietly be the 2nd of March.
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
  return isDay && !Number.isNaN(time.getTime()) ? time : undefined
}

import { CliFailure } from '../cli-failure.ts'

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** Seconds of a duration such as `90s`, `15m`, `1h` or `7d`. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? []
  if (amount === undefined || unit === undefined) {
    throw new CliFailure('failed', `"${text}" is not a duration.`, { nextStep: 'Write it as 90s, 15m, 1h or 7d.' })
  }
  return Number(amount) * (SECONDS[unit] as number)
}

/** Whole days, such as `14d`, or 14. */
export function parseDays(text: string): number {
  const [, days] = /^([0-9]{1,5})d?$/.exec(text) ?? []
  if (days === undefined) {
    throw new CliFailure('failed', `"${text}" is not a number of days.`, { nextStep: 'Write it as 14d.' })
  }
  return Number(days)
}

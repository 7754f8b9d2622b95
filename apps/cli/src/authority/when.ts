import { CliFailure } from '../cli-failure.ts'
import { parseDuration } from '../terminal/duration.ts'

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/

/** A time with its zone, a day (from midnight UTC), or a duration from now on such as `30d`. */
export function parseWhen(text: string, now: Date): Date {
  if (/^\d+[smhd]$/.test(text)) return new Date(now.getTime() + parseDuration(text) * 1000)
  const time = TIME.test(text) ? new Date(text) : undefined
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new CliFailure('failed', `"${text}" is not a time.`, {
      nextStep: 'Write it as 2027-03-01T02:00Z, 2027-03-01T02:00+01:00, 2027-03-01 or 30d.',
    })
  }
  return time
}

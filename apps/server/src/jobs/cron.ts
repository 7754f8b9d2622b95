import { Cron } from 'croner'

export interface CronRule {
  /** Minute, hour, day of the month, month, weekday. */
  readonly cron: string
  /** Null: UTC. */
  readonly timeZone: string | null
}

/** Further ahead than clocks of nodes are apart: the clock was wrong, and is right now. */
const MOST_AHEAD_MILLISECONDS = 5 * 60_000

/** What is wrong with it, as sentences for whoever wrote it. */
export function cronFaults({ cron, timeZone }: CronRule): string[] {
  if (timeZone !== null && !isTimeZone(timeZone)) {
    return ['timeZone is none that this server knows, such as UTC or Europe/Berlin.']
  }
  try {
    if (nextTime({ cron, timeZone }, new Date(0)) === null) return ['cron names a day that never comes.']
    return []
  } catch {
    return ['cron must be five fields (minute, hour, day of the month, month, weekday), such as 30 4 * * 1.']
  }
}

/** The first time after this one; null: it never comes. A time that a clock change skips comes right after it, one that it repeats comes once. */
export function nextTime({ cron, timeZone }: CronRule, after: Date): Date | null {
  return new Cron(cron, { timezone: timeZone ?? 'UTC', mode: '5-part', paused: true }).nextRun(after)
}

/**
 * Where the clock stands to what was followed already. However many times were missed, by a server that was down or a
 * clock that jumped ahead, it is due once; a clock that jumped back begins anew from where it stands now.
 */
export function cronStep(rule: CronRule, followedTo: Date, now: Date): 'due' | 'waits' | 'ahead' {
  if (followedTo.getTime() > now.getTime() + MOST_AHEAD_MILLISECONDS) return 'ahead'
  const next = nextTime(rule, followedTo)
  return next !== null && next <= now ? 'due' : 'waits'
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

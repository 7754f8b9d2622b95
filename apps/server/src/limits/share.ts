import type { Rate } from './bucket-table.ts'

/** What a process is left at least, so that who fails a few times on one connection is not shut out. */
const LEAST: Rate = { burst: 20, perSecond: 0.25 }

/** The part of a limit that each process of a server keeps; they know nothing of each other. */
export function shareOf({ burst, perSecond }: Rate, processes: number): Rate {
  return {
    burst: Math.max(LEAST.burst, Math.ceil(burst / processes)),
    perSecond: Math.max(LEAST.perSecond, perSecond / processes),
  }
}

import type { HourCount, Store } from '@chancery/store'
import type { Logger } from 'pino'

const HOUR = 3_600_000
const FLUSH_MILLISECONDS = 15_000
/** Profiles and reasons are few; whatever else there might be is counted together. */
const MOST_ROWS = 2000

interface Labels {
  /** Empty: at no profile that there is. */
  readonly scepProfile: string
  readonly outcome: string
  readonly reason?: string
}

/**
 * SCEP requests of this process by hour, profile, outcome and reason, added to the store every few seconds: a flood of
 * refusals costs no more writes than a quiet hour. What a kill takes away are the counts of these seconds; what was issued is
 * in the audit log.
 */
export class HourCounter {
  readonly #statistics: Store['statistics']
  readonly #log: Pick<Logger, 'warn'>
  readonly #timer: NodeJS.Timeout
  #counts = new Map<string, { readonly hour: number; readonly labels: Labels; count: number }>()

  constructor({ statistics }: Pick<Store, 'statistics'>, log: Pick<Logger, 'warn'>) {
    this.#statistics = statistics
    this.#log = log
    this.#timer = setInterval(() => void this.flush(), FLUSH_MILLISECONDS)
    this.#timer.unref()
  }

  count(labels: Labels, at: Date): void {
    const hour = Math.floor(at.getTime() / HOUR) * HOUR
    const isKept = this.#counts.has(keyOf(hour, labels)) || this.#counts.size < MOST_ROWS
    this.#add(hour, isKept ? labels : { scepProfile: '', outcome: labels.outcome })
  }

  #add(hour: number, labels: Labels): void {
    const key = keyOf(hour, labels)
    const found = this.#counts.get(key)
    if (found === undefined) this.#counts.set(key, { hour, labels, count: 1 })
    else found.count++
  }

  /** What cannot be written now is tried again next time. */
  async flush(): Promise<void> {
    const counts = this.#counts
    if (counts.size === 0) return
    this.#counts = new Map()
    try {
      await this.#statistics.add(
        [...counts.values()].map(
          ({ hour, labels, count }): HourCount => ({
            hour: new Date(hour),
            metric: SCEP,
            labels: { ...labels },
            count,
          }),
        ),
      )
    } catch (error) {
      for (const [key, one] of counts) {
        const since = this.#counts.get(key)
        if (since === undefined) this.#counts.set(key, one)
        else since.count += one.count
      }
      this.#log.warn({ err: error }, 'the counts of this process could not be written')
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

function keyOf(hour: number, { scepProfile, outcome, reason = '' }: Labels): string {
  return `${hour}|${scepProfile}|${outcome}|${reason}`
}

/** SCEP requests; labels `scepProfile`, `outcome` and, where it was refused, `reason`. */
export const SCEP = 'scep'

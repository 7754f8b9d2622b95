import type { ScepProfile } from '@chancery/ra'
import { BucketTable } from './bucket-table.ts'

/** How many sources of a profile a process remembers. */
const MOST_REMEMBERED = 20_000

type Limited = Pick<ScepProfile, 'uuid' | 'access'>

/**
 * What an administrator has set for one SCEP profile. Here every message is charged, whatever becomes of it; the processes of
 * a server share the rate evenly, and each counts for itself what it has in work.
 */
export class ProfileLimits {
  readonly #processes: number
  readonly #rates = new Map<string, { readonly perMinute: number; readonly buckets: BucketTable }>()
  readonly #inWork = new Map<string, number>()

  constructor(processes: number) {
    this.#processes = processes
  }

  /** Seconds until this source is heard again; 0: now, and it is charged. undefined as source: nobody is. */
  wait({ uuid, access }: Limited, source: string | undefined, now: Date): number {
    const { requestsPerMinute } = access
    if (requestsPerMinute === null || source === undefined) return 0
    const buckets = this.#bucketsOf(uuid, requestsPerMinute)
    const wait = buckets.wait(source, now.getTime())
    if (wait === 0) buckets.take(source, now.getTime())
    return wait
  }

  /** False: as many are in work as may be. Who entered must leave. */
  enter({ uuid, access }: Limited): boolean {
    const inWork = this.#inWork.get(uuid) ?? 0
    if (access.concurrentRequests !== null && inWork >= access.concurrentRequests) return false
    this.#inWork.set(uuid, inWork + 1)
    return true
  }

  leave({ uuid }: Pick<Limited, 'uuid'>): void {
    const inWork = (this.#inWork.get(uuid) ?? 1) - 1
    if (inWork === 0) this.#inWork.delete(uuid)
    else this.#inWork.set(uuid, inWork)
  }

  #bucketsOf(uuid: string, perMinute: number): BucketTable {
    const known = this.#rates.get(uuid)
    if (known?.perMinute === perMinute) return known.buckets
    const share = perMinute / this.#processes
    const rate = { burst: Math.max(1, Math.ceil(share)), perSecond: share / 60 }
    const buckets = new BucketTable(rate, MOST_REMEMBERED)
    this.#rates.set(uuid, { perMinute, buckets })
    return buckets
  }
}

import type { Lease, Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { KeyRing } from '../snapshot/keys.ts'
import type { Upstreams } from '../upstream/upstreams.ts'

export interface JobContext {
  readonly store: Store
  readonly keys: KeyRing
  readonly upstreams: Upstreams
  readonly log: Logger
  readonly now: () => Date
  readonly publicUrl: string | undefined
}

/** Work that no device waits for. One node at a time runs it, under a lease. */
export interface Job {
  /** Of the lease, too: never changed. */
  readonly name: string
  readonly everySeconds: number
  /** Its first round may take long, for it asks others; starting does not wait for it. */
  readonly inBackground?: true
  /** Reads what is cheap to read; only then is the lease asked for. */
  isDue(context: JobContext): Promise<boolean>
  /** What it writes must be conditional on the lease, and on what it saw: somebody else may have it by now. It ends soon when `stopping` says so. */
  run(context: JobContext, lease: Lease, stopping: AbortSignal): Promise<void>
}

import type { Lease, Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { KeyRing } from '../snapshot/keys.ts'

export interface JobContext {
  readonly store: Store
  readonly keys: KeyRing
  readonly log: Logger
  readonly now: () => Date
  readonly publicUrl: string | undefined
}

/** Work that no device waits for. One node at a time runs it, under a lease. */
export interface Job {
  /** Of the lease, too: never changed. */
  readonly name: string
  readonly everySeconds: number
  /** Reads what is cheap to read; only then is the lease asked for. */
  isDue(context: JobContext): Promise<boolean>
  /** What it writes must be conditional on the lease, and on what it saw: somebody else may have it by now. */
  run(context: JobContext, lease: Lease): Promise<void>
}

import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { KeyRing } from '../snapshot/keys.ts'

export interface JobContext {
  readonly store: Store
  readonly keys: KeyRing
  readonly log: Logger
  readonly now: () => Date
  readonly publicUrl: string | undefined
}

/**
 * Work that no device waits for. Every node runs it; what it writes is conditional on what it saw, so that of two nodes
 * one does it and the other finds it done.
 */
export interface Job {
  readonly name: string
  run(context: JobContext): Promise<void>
}

import type { Settings } from '../config.ts'
import type { BoundAddresses } from '../http/listen.ts'

/** What the primary process tells a worker. */
export type ToWorker =
  | { readonly chancery: 'start'; readonly settings: Settings /** Base64. */; readonly keySecret: string }
  | { readonly chancery: 'stop' }
  | { readonly chancery: 'metrics'; readonly ticket: number; readonly text: string | undefined }

/** What a worker tells the primary process. */
export type FromWorker =
  | { readonly chancery: 'ready'; readonly bound: BoundAddresses }
  /** A sentence: why this worker cannot serve. */
  | { readonly chancery: 'failed'; readonly why: string }
  | { readonly chancery: 'metrics'; readonly ticket: number }

/** Other modules use the same channel. */
export function isOurs<M extends ToWorker | FromWorker>(message: unknown): message is M {
  return typeof message === 'object' && message !== null && 'chancery' in message
}

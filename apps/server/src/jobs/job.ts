import type { Configuration, RevocationSource, ScepProfile } from '@chancery/ra'
import type { Lease, Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { Courier } from '../notice/courier.ts'
import type { MakeVouching } from '../snapshot/challenge.ts'
import type { KeyRing } from '../snapshot/keys.ts'
import type { Upstreams } from '../upstream/upstreams.ts'

export interface JobContext {
  readonly store: Store
  readonly keys: KeyRing
  readonly upstreams: Upstreams
  readonly courier: Courier
  /** Absent: nobody vouches for requests here. */
  readonly vouching?: MakeVouching | undefined
  readonly log: Logger
  readonly now: () => Date
  readonly publicUrl: string | undefined
  readonly revocationSource: RevocationSourceOf
}

/**
 * What a profile's voucher wants revoked, however many profiles speak to it.
 * @throws {Error} with a sentence: the settings cannot be used
 */
export type RevocationSourceOf = (profile: ScepProfile, configuration: Configuration) => RevocationSource

/** Why a job runs: by its own rhythm, at a time that was written down, or because somebody asked for it. */
export type Occasion = 'rhythm' | 'cron' | 'request'

/** Work that no device waits for. One node at a time runs it, under a lease. */
export interface Job {
  /** Of the lease, too: never changed. */
  readonly name: string
  /** What lists call it. */
  readonly title: string
  /** One sentence for whoever administers the server. */
  readonly does: string
  readonly everySeconds: number
  /** Its first round may take long, for it asks others; starting does not wait for it. */
  readonly inBackground?: true
  /** What stops working while it is switched off, as a sentence. `never`: it cannot be switched off. */
  readonly whenOff?: string
  /** Reads what is cheap to read; only then is the lease asked for. Not asked when somebody requested a run. */
  isDue(context: JobContext, occasion: Occasion): Promise<boolean>
  /**
   * What it writes must be conditional on the lease, and on what it saw: somebody else may have it by now. It ends soon when `stopping` says so.
   * @returns one line that says what it did, for the history; undefined: nothing worth a line
   */
  run(context: JobContext, lease: Lease, stopping: AbortSignal, occasion: Occasion): Promise<string | undefined>
}

/** `3 certificates`, `1 certificate`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

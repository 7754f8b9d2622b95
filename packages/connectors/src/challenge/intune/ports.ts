import type { IntuneEndpoints } from '@chancery/ra'
import type { IntuneContact } from './contact.ts'
import type { IntuneLimits } from './limits.ts'

/** One HTTP exchange with Microsoft. How it gets there (names, proxies, TLS) is for whoever makes the function. */
export interface IntuneRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Octets of the longest answer that is read; it rejects where there is more. */
  readonly longest: number
  readonly signal: AbortSignal
}

export interface IntuneResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** Follows no redirect. Rejects with words for the administrator where no complete answer came. */
export type SendToIntune = (request: IntuneRequest) => Promise<IntuneResponse>

/** What the client has from outside. */
export interface IntunePorts {
  readonly send: SendToIntune
  readonly now: () => Date
  /** Waits; rejects when the signal says so. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** From 0 to below 1, so that not everybody tries again at the same moment. */
  readonly random: () => number
  /** A new GUID. */
  readonly guid: () => string
  /** Who we are, such as `Chancery/1.0`: Intune shows it. */
  readonly product: string
  /** That take the place of those of a profile's cloud. */
  readonly overrides: Partial<IntuneEndpoints>
  readonly limits: IntuneLimits
  /** Told of every call that ended. */
  readonly onContact: (contact: IntuneContact) => void
}

import { hash } from 'node:crypto'
import type { Reason, ScepRequest } from '@chancery/scep'
import { BucketTable, type Rate } from './bucket-table.ts'
import { shareOf } from './share.ts'

/**
 * What is limited, for the whole of a server; its processes share it evenly and know nothing of each other. Success is
 * never charged, so that a site of five hundred devices behind one address may enrol all of them at once.
 */
export const LIMITS = {
  /** Refused envelopes and challenges, by endpoint and source (S-7-03). */
  refusals: { burst: 160, perSecond: 2 },
  /** Questions after a request that waits, by transaction (S-4.4-08). */
  polls: { burst: 10, perSecond: 2 },
} as const satisfies Record<string, Rate>

/** How many sources, and how many transactions, a process remembers. */
const MOST_REMEMBERED = 20_000

/** What a refusal takes when the envelope was sealed with a challenge: so many of them are tried on it (design, rule 12). */
const SEALED_COST = 8

/** Refusals that somebody who guesses or probes would cause. */
const CHARGED: ReadonlySet<Reason> = new Set(['bad_envelope', 'certificate_unknown', 'challenge_refused'])

/** Who asked for what. */
export interface Asker {
  readonly endpoint: string
  /** undefined: not limited. */
  readonly source: string | undefined
}

/** What of a message says which transaction it asks after. */
type Poll = Pick<ScepRequest, 'transactionId' | 'signer'>

/** The limits of one process. Whether somebody must wait depends on what he did before, never on what he sends now. */
export class RequestLimits {
  readonly #refusals: BucketTable
  readonly #polls: BucketTable

  constructor(processes: number) {
    this.#refusals = new BucketTable(shareOf(LIMITS.refusals, processes), MOST_REMEMBERED)
    this.#polls = new BucketTable(LIMITS.polls, MOST_REMEMBERED)
  }

  /** Seconds until this asker is heard again; 0: now. */
  waitAfterRefusals({ endpoint, source }: Asker, now: Date): number {
    return source === undefined ? 0 : this.#refusals.wait(`${endpoint} ${source}`, now.getTime())
  }

  /** @param sealed the envelope was under a challenge; which one, and how many were tried, must not show in the price */
  refused({ endpoint, source }: Asker, reason: Reason, now: Date, sealed = false): void {
    if (source === undefined || !CHARGED.has(reason)) return
    this.#refusals.take(`${endpoint} ${source}`, now.getTime(), sealed ? SEALED_COST : 1)
  }

  /** Seconds until the next question after this transaction is answered; 0: now. */
  waitAfterPolls(endpoint: string, request: Poll, now: Date): number {
    return this.#polls.wait(transactionKey(endpoint, request), now.getTime())
  }

  /** A question was asked, or a request was told to wait. */
  polled(endpoint: string, request: Poll, now: Date): void {
    this.#polls.take(transactionKey(endpoint, request), now.getTime())
  }
}

/** By signer too: nobody else may use up what a device is allowed. */
function transactionKey(endpoint: string, { transactionId, signer }: Poll): string {
  const key = signer.certificate.publicKey.digest().toString('hex')
  return hash('sha256', JSON.stringify([endpoint, transactionId, key]), 'base64')
}

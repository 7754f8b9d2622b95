import type { ChallengeUse } from './ports.ts'

/** What stands behind a request that keeps all rules. */
export interface Warrant {
  /** A challenge that was accepted, or a certificate of ours. */
  readonly authenticated: boolean
  /** Without either, and only a person may let it pass. */
  readonly onlyByPerson: boolean
  /** Of a counted challenge, to be recorded with the transaction. */
  readonly use: ChallengeUse | undefined
}

/** Whether anything stands behind it nobody knows yet. */
export interface Undecided {
  /** Why, for the administrator. */
  readonly undecided: string
  readonly retryAfterSeconds: number | undefined
}

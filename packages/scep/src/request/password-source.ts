import type { Secret } from '../secret.ts'

/**
 * Where the secrets come from that may have sealed an envelope. An envelope under a password (RFC 8894 §3.1) has to be
 * opened before the challenge in it can be read, so somebody must say beforehand which ones to try.
 */
export interface PasswordSource {
  /** The likeliest first; those above `MOST_CANDIDATES` are not tried. */
  candidates(): Promise<readonly Secret[]>
  /** Runs a derivation when its turn comes: each holds a thread for tens of milliseconds (design, rule 12). */
  turn<T>(work: () => Promise<T>): Promise<T>
}

/** What one message may make us derive (S-3.1-P10): so many passwords, and so many rounds over all of them. */
export const MOST_CANDIDATES = 8
export const MOST_ROUNDS = 1_000_000

import type { RenewalRule } from './renewal-rule.ts'

/** A predecessor whose time has come, as the inventory has it now. */
export interface DueRetirement {
  /** UUIDs. */
  readonly certificate: string
  readonly successor: string
  readonly scepProfileId: number
  readonly issuerId: number
  readonly notAfter: Date
  /** `held`: revoked for the time being. */
  readonly state: 'issued' | 'held' | 'revoked'
  readonly successorState: 'issued' | 'revoked'
}

export type RetirementVerdict =
  | { readonly verdict: 'revoke' }
  /** It is forgotten without a revocation. */
  | { readonly verdict: 'drop'; readonly why: string }

/**
 * Whether a predecessor is still to be revoked. A device must never lose the last certificate that it can use: where the
 * successor was revoked, the predecessor may be all that it has, and what becomes of it is for a person to decide.
 * @param rule of the profile that ordered it; undefined where that is gone
 */
export function retire(due: DueRetirement, rule: RenewalRule | undefined, now: Date): RetirementVerdict {
  if (due.state === 'revoked') return { verdict: 'drop', why: 'it is revoked already' }
  if (due.notAfter <= now) return { verdict: 'drop', why: 'it has expired' }
  if (due.successorState === 'revoked') return { verdict: 'drop', why: 'its successor was revoked' }
  if (rule === undefined || rule.revokePredecessorAfterDays === null) {
    return { verdict: 'drop', why: 'the profile does not revoke predecessors any more' }
  }
  return { verdict: 'revoke' }
}

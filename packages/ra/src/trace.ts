import type { ExaminedCheck } from './examine.ts'

/** A step of the decision, in the order in which they are taken. */
export type TracedCheck = ExaminedCheck | 'transaction' | 'challenge' | 'approval' | 'notification'

export interface CheckVerdict {
  readonly check: TracedCheck
  readonly verdict:
    | 'passed'
    | 'refused'
    /** Who is asked elsewhere has not said. */
    | 'undecided'
    /** A person has to agree. */
    | 'waiting'
    /** The rules of the profile do not ask for it. */
    | 'skipped'
  /** For the administrator. */
  readonly detail?: string
}

/** What vouches for a request: a certificate of ours that signed it, or a challenge that was accepted. */
export type Vouched = 'certificate' | 'challenge'

/**
 * What was asked about one request, and what it found. It is handed down in the arguments and written to by those who
 * decide, never by a rule; in the path of an enrolment that is one entry of a list for each rule.
 */
export class Trace {
  readonly #checks: CheckVerdict[] = []
  #vouched: Vouched | undefined
  #challenge: string | undefined
  #signer: string | undefined

  /** It counts as passed unless something else is said of it. */
  asks(check: TracedCheck): void {
    PASSED[check] ??= { check, verdict: 'passed' }
    this.#checks.push(PASSED[check])
  }

  /** Of what was asked last. */
  says(verdict: CheckVerdict['verdict'], detail?: string): void {
    const last = this.#checks.pop()
    if (last === undefined) return
    this.#checks.push({ check: last.check, verdict, ...(detail === undefined ? {} : { detail }) })
  }

  /** Another message got ahead: what was found from there on is asked again. */
  rewind(checks: number): void {
    this.#checks.length = Math.min(checks, this.#checks.length)
  }

  /** @param uuid of the certificate of ours that signed */
  signedBy(uuid: string): void {
    this.#signer = uuid
    this.#vouched = 'certificate'
  }

  /** @param uuid of the challenge; undefined: it has none, as a static one */
  usedChallenge(uuid: string | undefined, accepted: boolean): void {
    this.#challenge = uuid
    if (accepted) this.#vouched ??= 'challenge'
  }

  get checks(): readonly CheckVerdict[] {
    return this.#checks
  }

  /** Undefined: nothing does. */
  get vouched(): Vouched | undefined {
    return this.#vouched
  }

  /** UUID of the challenge that was shown, where it is one that has one. */
  get challenge(): string | undefined {
    return this.#challenge
  }

  /** UUID of the certificate of ours that signed. */
  get signer(): string | undefined {
    return this.#signer
  }
}

/** One object for each, made when it is first needed. */
const PASSED: Partial<Record<TracedCheck, CheckVerdict>> = {}

/** What a check found out about one or more clauses of SCEP. */
export interface ProbeFinding {
  readonly verdict: ProbeVerdict
  /** Ids of docs/conformance.md. */
  readonly clauses: readonly string[]
  /** One sentence for whoever runs the server: what it does, and what it should do where that differs. */
  readonly sentence: string
}

/** From worst to best. */
export const PROBE_VERDICTS = {
  broken: 'broken',
  weak: 'weak',
  unknown: 'could not be seen',
  note: 'note',
  met: 'met',
} as const

export type ProbeVerdict = keyof typeof PROBE_VERDICTS

type Make = (clauses: string, sentence: string) => ProbeFinding

const make =
  (verdict: ProbeVerdict): Make =>
  (clauses, sentence) => ({ verdict, clauses: clauses === '' ? [] : clauses.split(' '), sentence })

export const met = make('met')
/** A clause is not kept. */
export const broken = make('broken')
/** It is kept, and unwise. */
export const weak = make('weak')
export const note = make('note')
export const unknown = make('unknown')

/** One clause, two ways in which it can come out. */
export function either(holds: boolean, clauses: string, right: string, wrong: string): ProbeFinding {
  return holds ? met(clauses, right) : broken(clauses, wrong)
}

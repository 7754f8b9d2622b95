import { PROBE_VERDICTS, type ProbeFinding, type ProbeReport, type ProbeVerdict } from '@chancery/scep'

/** How many findings there are of each verdict, worst first. */
export function countsOf({ sections }: ProbeReport): readonly (readonly [ProbeVerdict, number])[] {
  const findings = sections.flatMap((section) => section.findings)
  return (Object.keys(PROBE_VERDICTS) as ProbeVerdict[]).map(
    (verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length] as const,
  )
}

export interface ClauseStanding {
  readonly clause: string
  /** The worst of what was found about it. */
  readonly verdict: ProbeVerdict
}

/** Every clause that was looked at. */
export function clausesOf({ sections }: ProbeReport): readonly ClauseStanding[] {
  const order = Object.keys(PROBE_VERDICTS)
  const worst = new Map<string, ProbeVerdict>()
  for (const { clauses, verdict } of sections.flatMap((section) => section.findings)) {
    for (const clause of clauses) {
      const known = worst.get(clause)
      if (known === undefined || order.indexOf(verdict) < order.indexOf(known)) worst.set(clause, verdict)
    }
  }
  return [...worst].map(([clause, verdict]) => ({ clause, verdict })).sort((a, b) => (a.clause < b.clause ? -1 : 1))
}

/** One sentence that says how it went. */
export function conclusion(report: ProbeReport): string {
  const counts = new Map(countsOf(report))
  const number = (verdict: ProbeVerdict) => counts.get(verdict) ?? 0
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const broken = number('broken')
  const verdict =
    broken === 0 ? 'Nothing is broken' : `${broken} ${broken === 1 ? 'finding is' : 'findings are'} broken`
  return `${verdict}; ${number('weak')} weak, ${number('note')} worth knowing, ${number('met')} of ${total} as it should be.`
}

/** Worst first, in the order in which they were found. */
export function sorted(findings: readonly ProbeFinding[]): readonly ProbeFinding[] {
  const order = Object.keys(PROBE_VERDICTS)
  return [...findings].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
}

import { needsClient, type Proofs } from './proof.ts'
import type { Area, Clause } from './register.ts'

/** How a clause stands, in the words of the page. */
export type Standing = 'met' | 'needs a real client' | 'not yet' | 'not applicable'

export const STANDINGS: readonly Standing[] = ['met', 'needs a real client', 'not yet', 'not applicable']

export type Counts = Readonly<Record<Standing, number>>

/** What the register says decides; then a test of our own; then one with somebody else's client. */
export function standingOf(clause: Clause, proofs: Proofs): Standing {
  if (clause.reason !== undefined) return 'not applicable'
  const files = [...(proofs.get(clause.id) ?? [])]
  if (files.length === 0 || clause.missing !== undefined) return 'not yet'
  return files.every(needsClient) ? 'needs a real client' : 'met'
}

export function countStandings(areas: readonly Area[], proofs: Proofs): Counts {
  const counts = { met: 0, 'needs a real client': 0, 'not yet': 0, 'not applicable': 0 }
  for (const { clauses } of areas) for (const clause of clauses) counts[standingOf(clause, proofs)] += 1
  return counts
}

/** The clauses that no test met, though they apply. */
export function unmet(areas: readonly Area[], proofs: Proofs): string[] {
  return areas.flatMap(({ clauses }) =>
    clauses.filter((one) => standingOf(one, proofs) === 'not yet').map(({ id }) => id),
  )
}

/** The line that `npm test` prints. */
export function summary(counts: Counts): string {
  const applicable = counts.met + counts['needs a real client'] + counts['not yet']
  const rest = `${counts['needs a real client']} need a real client, ${counts['not yet']} not yet`
  return `Conformance: ${counts.met} of ${applicable} applicable clauses met, ${rest}`
}

import type { Proofs } from './proof.ts'
import type { Area, Clause } from './register.ts'
import { countStandings, STANDINGS, type Standing, standingOf } from './standing.ts'

export const PAGE = 'docs/conformance.md'

const INTRODUCTION = `# Conformance

Every clause of SCEP that we know of, in our words, and the tests whose names begin with its id. \`§\` alone is RFC 8894,
\`draft\` is draft-nourse-scep-23, \`ours\` is what the documents leave open. Clauses that are not met on purpose have their
reason here and in [divergences.md](divergences.md).

Written by \`npm run conformance\` from the [register](../tests/conformance/README.md) and the names of the tests; not to be
edited.
`

const COLUMNS = ['area', 'clauses', ...STANDINGS]

/** The whole of docs/conformance.md: totals, then a table for each area. */
export function renderPage(areas: readonly Area[], proofs: Proofs): string {
  const totals = [
    row(COLUMNS),
    '|---|---:|---:|---:|---:|---:|',
    ...areas.map((area) => row([`[${area.title}](#${anchor(area.title)})`, ...counted([area], proofs)])),
    row(['**all**', ...counted(areas, proofs).map((count) => `**${count}**`)]),
  ]
  return `${[INTRODUCTION, `${totals.join('\n')}\n`, ...areas.map((area) => renderArea(area, proofs))].join('\n')}`
}

function renderArea({ title, clauses }: Area, proofs: Proofs): string {
  const rows = clauses.map((clause) => {
    const standing = standingOf(clause, proofs)
    return row([clause.id, clause.source, clause.binds, clause.level, clause.text, explained(clause, standing, proofs)])
  })
  return `${[`## ${title}`, '', row(['id', 'source', 'binds', 'level', 'clause', 'status']), '|---|---|---|---|---|---|', ...rows].join('\n')}\n`
}

function explained(clause: Clause, standing: Standing, proofs: Proofs): string {
  if (standing === 'not applicable') return `not applicable: ${clause.reason}`
  const files = [...(proofs.get(clause.id) ?? [])].toSorted()
  const words = clause.missing === undefined ? standing : `${standing}: ${clause.missing}`
  return files.length === 0
    ? words
    : `${words}${clause.missing === undefined ? ':' : ';'} ${files.map(link).join(', ')}`
}

/** A test file by its name alone, leading to it. */
function link(file: string): string {
  return `[${file.replace(/^.*\//, '').replace(/\.test\.ts$/, '')}](../${file})`
}

function counted(areas: readonly Area[], proofs: Proofs): number[] {
  const counts = countStandings(areas, proofs)
  return [STANDINGS.reduce((sum, standing) => sum + counts[standing], 0), ...STANDINGS.map((key) => counts[key])]
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`

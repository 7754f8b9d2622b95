import type { ProbeReport, ProbeVerdict } from '@chancery/scep'
import { printable } from '../../terminal/printable.ts'
import { isAuthority } from '../authority.ts'
import { certificateLines } from '../certificate-lines.ts'
import { conclusion, sorted } from './summary.ts'

const MARKS: Readonly<Record<ProbeVerdict, string>> = {
  broken: 'BROKEN',
  weak: 'weak',
  unknown: '?',
  note: 'note',
  met: 'ok',
}
const WIDTH = 6

/** Lines for a terminal, no wider than the sentences are. */
export function textReport(report: ProbeReport): string[] {
  const lines = [`SCEP server ${report.url}`, `looked at on ${report.startedAt.toISOString()}`, '']
  for (const certificate of report.certificates) {
    lines.push(
      `# ${isAuthority(certificate) ? 'CA certificate' : 'RA certificate'}`,
      ...certificateLines(certificate),
      '',
    )
  }
  for (const { title, skipped, findings } of report.sections) {
    lines.push(title, '-'.repeat(title.length))
    if (skipped !== undefined) lines.push(`not looked at: ${skipped}`)
    for (const { verdict, clauses, sentence } of sorted(findings)) {
      const ids = clauses.length === 0 ? '' : `  [${clauses.join(' ')}]`
      lines.push(`${MARKS[verdict].padEnd(WIDTH)}  ${printable(sentence)}${ids}`)
    }
    lines.push('')
  }
  return [...lines, conclusion(report)]
}

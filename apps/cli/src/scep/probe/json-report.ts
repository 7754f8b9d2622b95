import type { ProbeReport } from '@chancery/scep'
import { certificateFields } from '../certificate-lines.ts'
import { clausesOf, conclusion, countsOf } from './summary.ts'

/** For scripts: the same findings, flat, and the standing of each clause. */
export function jsonReport(report: ProbeReport): Record<string, unknown> {
  const { url, startedAt, certificates, issued, sections } = report
  return {
    url,
    startedAt: startedAt.toISOString(),
    conclusion: conclusion(report),
    counts: Object.fromEntries(countsOf(report)),
    clauses: Object.fromEntries(clausesOf(report).map(({ clause, verdict }) => [clause, verdict])),
    findings: sections.flatMap(({ name, findings }) => findings.map((finding) => ({ check: name, ...finding }))),
    skipped: sections.flatMap(({ name, skipped }) => (skipped === undefined ? [] : [{ check: name, why: skipped }])),
    certificates: certificates.map(certificateFields),
    issued: issued === undefined ? null : certificateFields(issued),
  }
}

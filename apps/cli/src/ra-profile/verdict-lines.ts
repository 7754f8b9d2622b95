import type { RaProfileVerdict } from '@chancery/api'
import { printable } from '../terminal/printable.ts'

/** A verdict as a person reads it: what is refused first. */
export function verdictLines({ passes, findings, wouldIssue }: RaProfileVerdict): string[] {
  const refused = findings.filter(({ passed }) => !passed)
  const kept = findings.filter(({ passed }) => passed)
  return [
    passes ? 'It would get a certificate.' : 'It would be refused.',
    ...[...refused, ...kept].map(
      ({ passed, check, sentence, page }) =>
        `  ${passed ? 'ok' : 'NO'}  ${check.padEnd(18)} ${printable(sentence)}${page === undefined ? '' : ` See ${page}.`}`,
    ),
    ...(wouldIssue === null ? [] : ['', ...certificateLines(wouldIssue)]),
  ]
}

function certificateLines(certificate: NonNullable<RaProfileVerdict['wouldIssue']>): string[] {
  const { subject, subjectAltNames, keyUsage, extendedKeyUsage, notBefore, notAfter, extensions } = certificate
  const rows: readonly (readonly [string, string])[] = [
    ['subject', subject],
    ['names', subjectAltNames.join(', ')],
    ['valid', `${notBefore} to ${notAfter}`],
    ['key usage', keyUsage.join(', ')],
    ['purposes', extendedKeyUsage.join(', ')],
    ['extensions', extensions.map(({ oid, critical }) => `${oid}${critical ? ' (critical)' : ''}`).join(', ')],
  ]
  return rows.map(([label, value]) => `${label.padEnd(11)}  ${printable(value)}`)
}

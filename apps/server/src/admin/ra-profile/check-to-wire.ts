import type { RaProfileVerdict } from '@chancery/api'
import { extendedKeyUsage, keyUsage, nameToText } from '@chancery/pki'
import { type Examination, type PreparedCertificate, unsignedCertificate } from '@chancery/ra'
import { sentenceOf } from './check-sentence.ts'
import { purposeWord } from './template-word.ts'

export function examinationToWire({ findings, order }: Examination): RaProfileVerdict {
  return {
    passes: order !== undefined,
    findings: findings.map((finding) => ({
      check: finding.check,
      passed: finding.error === undefined,
      ...sentenceOf(finding),
    })),
    // What another house makes of a request, only it knows.
    wouldIssue: order?.kind === 'signing' ? describe(order.prepared) : null,
  }
}

/** Read from the very octets that would be signed. */
function describe({ tbs, subjectAltNames }: PreparedCertificate): NonNullable<RaProfileVerdict['wouldIssue']> {
  const certificate = unsignedCertificate(tbs)
  return {
    subject: nameToText(certificate.subject),
    subjectAltNames: [...subjectAltNames],
    keyUsage: [...(keyUsage(certificate) ?? [])],
    extendedKeyUsage: (extendedKeyUsage(certificate) ?? []).map(purposeWord),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    extensions: certificate.extensions.map(({ oid, critical, value }) => ({
      oid,
      critical,
      value: value.toString('hex'),
    })),
  }
}

import type { Certificate, CertificateDetail } from '@chancery/api'
import { printable } from '../terminal/printable.ts'

/** A certificate of the server as a person reads it. */
export function inventoryLines(certificate: Certificate): string[] {
  const { revokedAt, revocationReason, predecessorUuid, endpoint } = certificate
  const how = revocationReason === 'certificateHold' ? 'on hold since' : 'revoked at'
  const rows: readonly (readonly [string, string])[] = [
    ['state', revokedAt === null ? certificate.state : `${how} ${revokedAt}, reason ${revocationReason}`],
    ['subject', certificate.subject],
    ['issuer', certificate.issuer],
    ['serial', certificate.serialNumber],
    ['valid', `${certificate.notBefore} to ${certificate.notAfter}`],
    ['SHA-256', certificate.fingerprint],
    ['uuid', certificate.uuid],
    ['for', FOR[certificate.purpose]],
    ...(endpoint === null ? [] : [['asked at', endpoint] as const]),
    ...(predecessorUuid === null ? [] : [['renews', predecessorUuid] as const]),
  ]
  return linesOf(rows)
}

/** With what belongs to one alone. */
export function detailLines(certificate: CertificateDetail): string[] {
  const { subjectAltNames, key, scepProfile, raProfile, transactionId } = certificate
  const rows: readonly (readonly [string, string | null])[] = [
    ['names', subjectAltNames.length === 0 ? null : subjectAltNames.join(', ')],
    ['key', key],
    ['profile', scepProfile],
    ['service', raProfile],
    ['asked as', transactionId],
  ]
  return [...inventoryLines(certificate), ...linesOf(rows)]
}

function linesOf(rows: readonly (readonly [string, string | null])[]): string[] {
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(8)}  ${printable(value)}`]))
}

const FOR = {
  device: 'a device',
  ra: 'Chancery itself: it opens requests and signs replies',
  ocsp: 'Chancery itself: it signs OCSP answers',
} as const satisfies Record<Certificate['purpose'], string>

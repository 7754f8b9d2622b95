import type { Certificate } from '@chancery/api'
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
    ['for', certificate.purpose === 'ra' ? 'Chancery itself: it opens requests and signs replies' : 'a device'],
    ...(endpoint === null ? [] : [['asked at', endpoint] as const]),
    ...(predecessorUuid === null ? [] : [['renews', predecessorUuid] as const]),
  ]
  return rows.map(([name, value]) => `${name.padEnd(8)}  ${printable(value)}`)
}

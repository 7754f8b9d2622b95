import type { CertificateEntry as CertificateEntryWire } from '@chancery/api'
import { nameToText, parseCertificate } from '@chancery/pki'
import type { CertificateEntry } from '@chancery/store'
import { printable } from '../../log/printable.ts'

/** As lists and exports have it. */
export function entryToWire(entry: CertificateEntry): CertificateEntryWire {
  const { uuid, state, purpose, authority, revocation, transactionId } = entry
  return {
    uuid,
    state,
    purpose,
    subject: subjectOf(entry),
    subjectAltNames: [...entry.subjectAltNames],
    authority,
    serialNumber: entry.serial,
    fingerprint: entry.digest.toString('hex'),
    notBefore: entry.notBefore.toISOString(),
    notAfter: entry.notAfter.toISOString(),
    issuedAt: entry.createdAt.toISOString(),
    revokedAt: revocation?.at.toISOString() ?? null,
    revocationReason: revocation?.reason ?? null,
    raProfile: entry.raProfile,
    scepProfile: entry.scepProfile,
    protocol: entry.protocol,
    transactionId: transactionId === null ? null : printable(transactionId, 255),
    predecessorUuid: entry.predecessor,
  }
}

/** Of our own certificates only the octets have it. */
export function subjectOf({ subject, der }: CertificateEntry): string {
  return subject ?? (der === undefined ? '' : nameToText(parseCertificate(der).subject))
}

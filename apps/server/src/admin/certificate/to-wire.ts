import type { Certificate } from '@chancery/api'
import { encodePem, nameToText, parseCertificate } from '@chancery/pki'
import { type CertificateRecord, isHold } from '@chancery/ra'

export function certificateToWire(record: CertificateRecord): Certificate {
  const { uuid, purpose, der, serial, revocation, predecessor, endpoint } = record
  const certificate = parseCertificate(der)
  return {
    uuid,
    state: revocation === undefined ? 'issued' : isHold(revocation) ? 'held' : 'revoked',
    purpose,
    subject: nameToText(certificate.subject),
    issuer: nameToText(certificate.issuer),
    serialNumber: serial,
    fingerprint: certificate.digest().toString('hex'),
    notBefore: record.notBefore.toISOString(),
    notAfter: record.notAfter.toISOString(),
    revokedAt: revocation?.at.toISOString() ?? null,
    revocationReason: revocation?.reason ?? null,
    predecessorUuid: predecessor,
    endpoint,
    pem: encodePem('CERTIFICATE', der),
  }
}

import type { AuditEvent } from './audit-event.ts'
import type { RevocationReason } from './revocation.ts'

/** A certificate as administrators see it: any that was issued here, for devices or for ourselves. */
export interface CertificateRecord {
  readonly uuid: string
  readonly purpose: 'device' | 'ra' | 'ocsp'
  readonly der: Buffer
  readonly issuerId: number
  /** Lower-case hexadecimal of the content octets. */
  readonly serial: string
  /** RFC 4514; null: ask the certificate. */
  readonly subject: string | null
  readonly notBefore: Date
  readonly notAfter: Date
  readonly state: 'issued' | 'revoked'
  readonly revocation: Revocation | undefined
  /** UUID of the certificate that it renewed. */
  readonly predecessor: string | null
  readonly endpoint: string | null
  readonly raProfileId: number | null
}

export interface Revocation {
  readonly at: Date
  readonly reason: RevocationReason
}

/** Which certificate is meant; issuer and serial are unique together, a serial alone need not be. */
export type CertificateSelector =
  | { readonly uuid: string }
  | { readonly serial: string; readonly issuerId?: number }
  /** SHA-256 of the whole certificate. */
  | { readonly digest: Buffer }

/**
 * Where revocation is recorded. Nothing of it is ever cached: what is committed counts on every node at once. Each writer is
 * one commit: the certificate's new standing, its place among the changes of its issuer, whose CRL is due from then on, and
 * the audit events. False, and nothing is done: the certificate does not stand as it was found any more.
 */
export interface RevocationRegister {
  find(selector: CertificateSelector): Promise<CertificateRecord[]>
  /** issued, or on hold → revoked; issued → on hold, where that is the reason. */
  revoke(certificate: CertificateStanding, revocation: Revocation, audit?: readonly AuditEvent[]): Promise<boolean>
  /** On hold → issued. */
  release(certificate: CertificateStanding, at: Date, audit?: readonly AuditEvent[]): Promise<boolean>
}

/** A certificate, and how it stood when it was looked at. */
export interface CertificateStanding extends Pick<CertificateRecord, 'uuid' | 'issuerId'> {
  readonly revocation?: Pick<Revocation, 'reason'> | undefined
}

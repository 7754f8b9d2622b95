import type { AuditEvent } from './audit-event.ts'
import type { CertificateRecord, CertificateSelector, Revocation, RevocationRegister } from './revocation-register.ts'

/** CRLReason (RFC 5280 §5.3.1). 7 is not used; removeFromCRL (8) belongs to delta CRLs and is no reason to revoke. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const satisfies Record<string, number>

export type RevocationReason = keyof typeof REVOCATION_REASONS

/** @throws {TypeError} for a number that is none: the table is what is written, so nothing else can be read */
export function revocationReasonOf(code: number): RevocationReason {
  for (const [name, known] of Object.entries(REVOCATION_REASONS)) {
    if (known === code) return name as RevocationReason
  }
  throw new TypeError(`no revocation reason ${code}`)
}

/** A revocation that may be lifted; every other one stays as it is. */
export function isHold(revocation: Pick<Revocation, 'reason'> | undefined): boolean {
  return revocation?.reason === 'certificateHold'
}

/** It is not one certificate that is meant. */
type NotOne =
  | { readonly status: 'unknown' }
  /** The serial stands for certificates of several issuers. */
  | { readonly status: 'ambiguous' }

export type RevocationOutcome =
  | { readonly status: 'revoked'; readonly certificate: CertificateRecord }
  /** Earlier, with the reason given then: a revocation is never rewritten, but that a hold may become one for good. */
  | { readonly status: 'already'; readonly certificate: CertificateRecord; readonly revocation: Revocation }
  | NotOne

export type ReleaseOutcome =
  | { readonly status: 'released'; readonly certificate: CertificateRecord }
  /** It is not revoked, or for good. */
  | { readonly status: 'not_held'; readonly certificate: CertificateRecord }
  | NotOne

/** What the audit log is to have of a change, by how the certificate stood before. */
export type AuditOf = (before: CertificateRecord) => readonly AuditEvent[]

const NO_AUDIT: AuditOf = () => []

/** Somebody else changed it between look and commit; each time one of them has won. */
const ATTEMPTS = 20

/** Revokes the one certificate that is meant, for good or for the time being. */
export async function revoke(
  which: CertificateSelector,
  revocation: Revocation,
  register: Pick<RevocationRegister, 'find' | 'revoke'>,
  audit: AuditOf = NO_AUDIT,
): Promise<RevocationOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findOne(which, register)
    if ('status' in found) return found
    const { certificate } = found
    const earlier = certificate.revocation
    if (earlier !== undefined && (!isHold(earlier) || isHold(revocation))) {
      return { status: 'already', certificate, revocation: earlier }
    }
    if (await register.revoke(certificate, revocation, audit(certificate))) {
      return { status: 'revoked', certificate: { ...certificate, state: 'revoked', revocation } }
    }
  }
  throw new TypeError('a certificate changes all the time')
}

/** Lifts the hold of the one certificate that is meant: from then on it is as good as before. */
export async function release(
  which: CertificateSelector,
  at: Date,
  register: RevocationRegister,
  audit: AuditOf = NO_AUDIT,
): Promise<ReleaseOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findOne(which, register)
    if ('status' in found) return found
    const { certificate } = found
    if (!isHold(certificate.revocation)) return { status: 'not_held', certificate }
    if (await register.release(certificate, at, audit(certificate))) {
      return { status: 'released', certificate: { ...certificate, state: 'issued', revocation: undefined } }
    }
  }
  throw new TypeError('a certificate changes all the time')
}

async function findOne(
  which: CertificateSelector,
  register: Pick<RevocationRegister, 'find'>,
): Promise<{ readonly certificate: CertificateRecord } | NotOne> {
  const [certificate, another] = await register.find(which)
  if (certificate === undefined) return { status: 'unknown' }
  return another === undefined ? { certificate } : { status: 'ambiguous' }
}

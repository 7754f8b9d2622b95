import type { CertificateRecord, CertificateSelector, Revocation, RevocationRegister } from './ports.ts'

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

export type RevocationOutcome =
  | { readonly status: 'revoked'; readonly certificate: CertificateRecord }
  /** Earlier, with the reason given then: a revocation is never rewritten. */
  | { readonly status: 'already'; readonly certificate: CertificateRecord; readonly revocation: Revocation }
  | { readonly status: 'unknown' }
  /** The serial stands for certificates of several issuers. */
  | { readonly status: 'ambiguous' }

/** Revokes the one certificate that is meant. */
export async function revoke(
  which: CertificateSelector,
  revocation: Revocation,
  register: RevocationRegister,
): Promise<RevocationOutcome> {
  const [found, another] = await register.find(which)
  if (found === undefined) return { status: 'unknown' }
  if (another !== undefined) return { status: 'ambiguous' }
  const done = await register.revoke(found, revocation)
  // Read back, for whoever lost a race must tell the winner's reason.
  const [certificate] = await register.find({ uuid: found.uuid })
  if (certificate?.revocation === undefined) throw new TypeError(`certificate ${found.uuid} is not revoked`)
  return done
    ? { status: 'revoked', certificate }
    : { status: 'already', certificate, revocation: certificate.revocation }
}

import type { AuditEvent } from '../audit-event.ts'
import type { RevocationResult, RevocationWish } from '../requested-revocation.ts'
import type { CertificateRecord, CertificateStanding, Revocation, RevocationRegister } from '../revocation-register.ts'

/** What somebody who vouches wants revoked, as it was recorded before anything was done about it. */
export interface RecordedWish extends RevocationWish {
  readonly id: number
  /** Key of the voucher. */
  readonly voucher: string
  /** What was answered, or why there was no answer, when it was offered before; null: it is new. */
  readonly formerly: string | null
}

/** A certificate that this voucher vouched for: no other one is his to take back. */
export interface VouchedCertificate extends Pick<CertificateRecord, 'uuid' | 'issuerId' | 'serial'> {
  /** As he was told; null: he has not acknowledged it. */
  readonly toldSerial: string | null
  readonly toldIssuer: string | null
}

export type WishResult = Pick<RevocationResult, 'code' | 'message'>

/**
 * Wishes and what became of them. A wish is received, then decided or ignored, then reported; whatever is written is
 * conditional on its state, and on the lease of whoever works on it.
 */
export interface WishLedger extends Pick<RevocationRegister, 'find'> {
  /** @param serials content octets as lower-case hexadecimal */
  vouchedFor(voucher: string, serials: readonly string[]): Promise<VouchedCertificate[]>
  /** The revocation and the result of the wish in one unit. False: the certificate does not stand as it was found any more. */
  revoke(
    wish: RecordedWish,
    result: WishResult,
    certificate: CertificateStanding,
    revocation: Revocation,
    audit: readonly AuditEvent[],
  ): Promise<boolean>
  /** @param certificate UUID, where one was found */
  decide(wish: RecordedWish, result: WishResult, certificate: string | undefined, at: Date): Promise<void>
  /** It gets no result: it is about no certificate of ours. */
  ignore(wish: RecordedWish, why: string, at: Date): Promise<void>
}

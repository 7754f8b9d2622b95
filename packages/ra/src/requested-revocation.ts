/** Whoever vouches for requests may want certificates back: asked for now and then, and told what was done. */
export interface RevocationSource {
  /** Key of the voucher. */
  readonly voucher: string
  /** At most one batch; it is not offered again for a while. @throws {Error} with a sentence for the administrator */
  collect(): Promise<CollectedRevocations>
  /** Returns once it is recorded there. @throws {Error} with a sentence for the administrator */
  report(results: readonly RevocationResult[]): Promise<void>
}

export interface CollectedRevocations {
  readonly wishes: readonly RevocationWish[]
  /** As many as one batch holds: there may be more. */
  readonly full: boolean
}

export interface RevocationWish {
  /** Handed back with the result; opaque. */
  readonly context: string
  /** As it was told when the certificate was issued, or in a spelling of his. */
  readonly serialNumber: string
  readonly issuerName: string | null
  readonly caConfiguration: string | null
}

export interface RevocationResult {
  readonly context: string
  readonly code: RevocationCode
  /** Empty where it succeeded. */
  readonly message: string
}

/** 0: done; from 4100 on it is offered again later. The numbers are Intune's (CARevocationErrorCode). */
export const REVOCATION_CODE = {
  none: 0,
  nonRetryable: 4000,
  unreadable: 4001,
  invalid: 4002,
  certificateNotFound: 4004,
  notSupported: 4006,
  retryable: 4100,
  unavailable: 4101,
} as const
export type RevocationCode = (typeof REVOCATION_CODE)[keyof typeof REVOCATION_CODE]

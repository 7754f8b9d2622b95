import type { FailInfo } from '../fail-info.ts'

/** What a server answers (RFC 8894 §3.3.2). */
export type CertRep =
  /** The issued certificate first: Apple takes the first for its own (S-3.3.2.1-03). */
  | { readonly status: 'SUCCESS'; readonly certificates: readonly Buffer[] }
  /** The answer to GetCRL: the list and nothing else (S-4.6-01). */
  | { readonly status: 'SUCCESS'; readonly crl: Buffer }
  | { readonly status: 'PENDING' }
  | { readonly status: 'FAILURE'; readonly failInfo: FailInfo; readonly text?: string }

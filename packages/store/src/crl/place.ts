export type CrlKind = 'full' | 'delta'

/** One of an issuer's CRLs: shard 0 lists all of its certificates. */
export interface CrlPlace {
  readonly shard: number
  readonly kind: CrlKind
}

export const COMPLETE: CrlPlace = { shard: 0, kind: 'full' }

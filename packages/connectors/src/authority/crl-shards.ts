/** The parts of an issuer's CRL: each certificate belongs to one for good, and names the CRL of that one. */
export interface CrlShards {
  /** At least 1. */
  readonly count: number
  /** Where the CRL of a shard is, from 1 on. */
  url(shard: number): string
}

/** Of a certificate that names the complete CRL. */
export const NO_SHARD = 0

/** Serial numbers are random, so shards are of one size. @param serialNumber content octets; at least four */
export function shardOf(serialNumber: Buffer, shards: CrlShards | undefined): number {
  if (shards === undefined) return NO_SHARD
  return 1 + (serialNumber.readUInt32BE(serialNumber.length - 4) % shards.count)
}

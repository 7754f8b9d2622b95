/** In the URL of a shard's CRL it stands for the number of the shard. */
export const SHARD = '{shard}'

export function urlOfShard(template: string, shard: number): string {
  return template.replaceAll(SHARD, String(shard))
}

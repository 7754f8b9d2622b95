import { builtInSettings, type CrlShards } from '@chancery/connectors'
import type { AuthorityRecord } from '@chancery/ra'
import { issuerUrl } from './issuer-url.ts'
import { SHARD, urlOfShard } from './shard-url.ts'

type Authority = Pick<AuthorityRecord, 'name' | 'settings'>

export interface CrlUrls {
  /** Of the delta CRL; undefined: there is none, or nobody is told where. */
  readonly delta: string | undefined
  /** Of the CRL of a shard, with `{shard}` for its number; undefined: there is no URL to tell. */
  readonly shard: string | undefined
}

/** Where the CRLs beside the complete one are, as it and certificates say. */
export function crlUrls(publicUrl: string | undefined, authority: Authority, generation: number): CrlUrls {
  const { deltaCrls, deltaCrlUrl, crlShardUrl } = builtInSettings(authority)
  const base = issuerUrl(publicUrl, authority, generation)
  const own = (setting: string, suffix: string): string | undefined => {
    if (setting !== 'auto') return setting.replaceAll('{generation}', String(generation))
    return base === undefined ? undefined : `${base}${suffix}`
  }
  return {
    delta: deltaCrls && deltaCrlUrl !== 'off' ? own(deltaCrlUrl, '.delta.crl') : undefined,
    shard: own(crlShardUrl, `/${SHARD}.crl`),
  }
}

/** The shards among which new certificates are divided; undefined: they name the complete CRL, or none. */
export function crlShards(
  publicUrl: string | undefined,
  authority: Authority,
  generation: number,
): CrlShards | undefined {
  const { crlUrl, crlShards: count } = builtInSettings(authority)
  const { shard } = crlUrls(publicUrl, authority, generation)
  if (count === 0 || crlUrl === 'off' || shard === undefined) return undefined
  return { count, url: (number) => urlOfShard(shard, number) }
}

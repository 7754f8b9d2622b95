import { type BuiltInIssuer, builtInAuthority } from '@chancery/connectors'
import type { Authority, Configuration, IssuerRecord } from '@chancery/ra'
import type { KeyRing } from './keys.ts'
import { publishedUrls } from './published-urls.ts'

/** An authority that can issue: its current generation, and the port behind which it signs. */
export interface ReadyAuthority {
  readonly authority: Authority
  readonly record: IssuerRecord
  readonly issuer: BuiltInIssuer
  /** Of all generations. */
  readonly issuerIds: ReadonlySet<number>
}

/** By id. An authority without a current generation is not among them. */
export function readyAuthorities(
  { authorities, issuers }: Configuration,
  keys: KeyRing,
  publicUrl: string | undefined,
): Map<number, ReadyAuthority> {
  const ready = new Map<number, ReadyAuthority>()
  for (const { id, name } of authorities) {
    const own = issuers.filter(({ authorityId }) => authorityId === id)
    const record = own.find(({ state }) => state === 'current')
    if (record === undefined) continue
    const issuer = keys.issuer(record)
    const authority = builtInAuthority({
      issuer,
      formerIssuers: own.filter((one) => one !== record).map((one) => keys.issuer(one)),
      ...publishedUrls(publicUrl, name, record.generation),
    })
    ready.set(id, { authority, record, issuer, issuerIds: new Set(own.map((one) => one.id)) })
  }
  return ready
}

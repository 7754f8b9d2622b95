import { type BuiltInIssuer, builtInAuthority } from '@chancery/connectors'
import type { Authority, Configuration, IssuerRecord } from '@chancery/ra'
import type { KeyRing } from './keys.ts'
import { publishedUrls } from './published-urls.ts'

/** A generation that issues, and the port behind which it signs. */
export interface IssuingGeneration {
  readonly authority: Authority
  readonly record: IssuerRecord
  readonly issuer: BuiltInIssuer
}

/** An authority that can issue. */
export interface ReadyAuthority {
  readonly current: IssuingGeneration
  /** Issues what was enveloped to its RA certificates, before it is the current one. */
  readonly next: IssuingGeneration | undefined
  /** All generations. */
  readonly issuers: readonly IssuerRecord[]
}

/** By id. An authority without a current generation is not among them. */
export function readyAuthorities(
  { authorities, issuers }: Configuration,
  keys: KeyRing,
  publicUrl: string | undefined,
): Map<number, ReadyAuthority> {
  const ready = new Map<number, ReadyAuthority>()
  for (const authorityRecord of authorities) {
    const { id } = authorityRecord
    const own = issuers.filter(({ authorityId }) => authorityId === id)
    const generation = (state: 'current' | 'next'): IssuingGeneration | undefined => {
      const record = own.find((one) => one.state === state)
      if (record === undefined) return undefined
      const issuer = keys.issuer(record)
      const authority = builtInAuthority({
        issuer,
        otherIssuers: own.filter((one) => one !== record).map((one) => keys.issuer(one)),
        ...publishedUrls(publicUrl, authorityRecord, record.generation),
      })
      return { authority, record, issuer }
    }
    const current = generation('current')
    if (current !== undefined) ready.set(id, { current, next: generation('next'), issuers: own })
  }
  return ready
}

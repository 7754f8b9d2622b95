import { type BuiltInIssuer, builtInAuthority } from '@chancery/connectors'
import { type Certificate, parseCertificate } from '@chancery/pki'
import type { Authority, AuthorityRecord, Configuration, IssuerRecord } from '@chancery/ra'
import type { Upstreams } from '../upstream/upstreams.ts'
import { crlShards } from './crl-urls.ts'
import type { KeyRing } from './keys.ts'
import { publishedUrls } from './published-urls.ts'

/** A generation that issues, and the port behind which it does. */
export interface IssuingGeneration {
  readonly authority: Authority
  readonly record: IssuerRecord
  readonly certificate: Certificate
  /** Undefined where its key is in another house. */
  readonly issuer: BuiltInIssuer | undefined
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
  upstreams: Upstreams,
  publicUrl: string | undefined,
): Map<number, ReadyAuthority> {
  const ready = new Map<number, ReadyAuthority>()
  for (const authority of authorities) {
    const own = issuers.filter(({ authorityId }) => authorityId === authority.id)
    const generation = (state: 'current' | 'next'): IssuingGeneration | undefined => {
      const record = own.find((one) => one.state === state)
      if (record === undefined) return undefined
      return authority.kind === 'scep'
        ? elsewhere(authority, record, upstreams)
        : builtIn(authority, record, own, keys, publicUrl)
    }
    const current = generation('current')
    if (current !== undefined) ready.set(authority.id, { current, next: generation('next'), issuers: own })
  }
  return ready
}

function builtIn(
  authorityRecord: AuthorityRecord,
  record: IssuerRecord,
  own: readonly IssuerRecord[],
  keys: KeyRing,
  publicUrl: string | undefined,
): IssuingGeneration {
  const issuer = keys.issuer(record)
  const shards = crlShards(publicUrl, authorityRecord, record.generation)
  const authority = builtInAuthority({
    issuer,
    otherIssuers: own.filter((one) => one !== record).map((one) => keys.issuer(one)),
    ...publishedUrls(publicUrl, authorityRecord, record.generation),
    ...(shards === undefined ? {} : { shards }),
  })
  return { authority, record, certificate: issuer.certificate, issuer }
}

function elsewhere(authority: AuthorityRecord, record: IssuerRecord, upstreams: Upstreams): IssuingGeneration {
  const certificate = parseCertificate(record.certificate)
  return { authority: upstreams.port(authority, record), record, certificate, issuer: undefined }
}

import { builtInSettings } from '@chancery/connectors'
import { type CertId, type DigestName, issuerHashes, parseCertificate } from '@chancery/pki'
import type { Snapshot } from '../../context.ts'

/** A generation of an authority, as OCSP requests name it. */
export interface OcspIssuer {
  readonly id: number
  /** How long an answer may be used, in milliseconds. */
  readonly validity: number
  /** When its CA certificate ends, in milliseconds. */
  readonly notAfter: number
}

export interface OcspIssuers {
  find(certId: CertId & { readonly digest: DigestName }): OcspIssuer | undefined
}

/** Those that clients use: RFC 5019 SHA-1, newer ones SHA-256; what else the standard library of a client may offer. */
const DIGESTS = ['sha1', 'sha256', 'sha384', 'sha512'] as const satisfies readonly DigestName[]
const HOUR = 3_600_000

const known = new WeakMap<Snapshot, Map<string, OcspIssuers>>()

/** All generations of an authority whose key is here; worked out once for a version of the configuration. */
export function ocspIssuers(snapshot: Snapshot, authorityName: string): OcspIssuers | undefined {
  const all = known.get(snapshot) ?? issuersOf(snapshot)
  known.set(snapshot, all)
  return all.get(authorityName)
}

function issuersOf({ configuration: { authorities, issuers } }: Snapshot): Map<string, OcspIssuers> {
  return new Map(
    authorities
      .filter(({ kind }) => kind === 'built-in')
      .map((authority) => {
        const validity = builtInSettings(authority).ocspValidityHours * HOUR
        const byHashes = new Map<string, OcspIssuer>()
        for (const { id, authorityId, certificate } of issuers) {
          if (authorityId !== authority.id) continue
          const parsed = parseCertificate(certificate)
          const issuer = { id, validity, notAfter: parsed.notAfter.getTime() }
          for (const digest of DIGESTS) byHashes.set(nameOf(digest, issuerHashes(parsed, digest)), issuer)
        }
        return [authority.name, { find: (certId) => byHashes.get(nameOf(certId.digest, certId)) }]
      }),
  )
}

function nameOf(digest: DigestName, { issuerNameHash, issuerKeyHash }: ReturnType<typeof issuerHashes>): string {
  return `${digest} ${issuerNameHash.toString('latin1')} ${issuerKeyHash.toString('latin1')}`
}

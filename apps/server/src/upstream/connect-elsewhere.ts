import { connectScepAuthority, UpstreamError } from '@chancery/connectors'
import type { AuthorityRecord, ConfigurationEdit, IssuerRecord } from '@chancery/ra'

type Kept = Pick<AuthorityRecord, 'settings' | 'secrets'>

export interface ConnectedElsewhere {
  /** The settings with what was learnt and made. */
  readonly kept: Kept
  /** The CA that was found. */
  readonly edits: readonly ConfigurationEdit[]
}

/** An authority in another house is asked who it is; its CA becomes the first generation of ours. */
export async function connectElsewhere(
  authorityUuid: string,
  kept: Kept,
  now: Date,
): Promise<ConnectedElsewhere | { readonly faults: string[] }> {
  try {
    const { certificate, chain, ...found } = await connectScepAuthority(kept, { fetch, now })
    const issuer = { ...FIRST, authorityUuid, certificate, chain }
    return { kept: found, edits: [{ edit: 'addIssuer', issuer }] }
  } catch (error) {
    return faultsOf(error)
  }
}

const FIRST = { generation: 1, state: 'current', privateKey: { kind: 'elsewhere' }, currentFrom: null } as const

/**
 * The same after its settings were changed. It must still be the same CA: devices trust no other one, and what was issued
 * belongs to it.
 */
export async function connectAgain(
  { settings: before }: Kept,
  kept: Kept,
  issuer: IssuerRecord | undefined,
  now: Date,
): Promise<Kept | { readonly faults: string[] }> {
  // Who changes a timeout while the server is down need not wait until it is up.
  if (SAYS_WHO.every((name) => before[name] === kept.settings[name])) {
    return { ...kept, settings: { ...kept.settings, ...(before.known !== undefined && { known: before.known }) } }
  }
  try {
    const { certificate, chain: _, ...found } = await connectScepAuthority(kept, { fetch, now })
    if (issuer === undefined || issuer.certificate.equals(certificate)) return found
    return { faults: ['The SCEP server at this URL issues with another CA: make a new authority for it.'] }
  } catch (error) {
    return faultsOf(error)
  }
}

const SAYS_WHO = ['url', 'caFingerprint', 'legacyAlgorithms', 'clientCertificate'] as const

function faultsOf(error: unknown): { readonly faults: string[] } {
  if (error instanceof UpstreamError) return { faults: [error.message] }
  throw error
}

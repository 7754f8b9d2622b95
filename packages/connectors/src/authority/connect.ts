import { encodePem } from '@chancery/pki'
import { Secret } from '@chancery/ra'
import type { Fetch } from '@chancery/scep'
import { clientIdentity, newClientKey } from './client-identity.ts'
import { type ScepSettings, scepSettings } from './scep-settings.ts'
import { askUpstream, type KnownUpstream, remember, scepClient } from './upstream.ts'

export interface Connecting {
  readonly fetch: Fetch
  readonly now: Date
}

/** What has to be stored of another SCEP server, once it was asked. */
export interface ConnectedScep {
  /** The CA that issues, DER. */
  readonly certificate: Buffer
  readonly chain: readonly Buffer[]
  /** With what was learnt and made: the server as it was seen. */
  readonly settings: Readonly<Record<string, unknown>>
  /** With a client key, where none was given. */
  readonly secrets: Secret
}

/**
 * Asks another SCEP server who it is, and makes what is missing to act as its RA.
 * @throws {UpstreamError} with a sentence: it does not answer, or shows another CA, and which
 */
export async function connectScepAuthority(
  kept: { readonly settings: Readonly<Record<string, unknown>>; readonly secrets: Secret | undefined },
  { fetch, now }: Connecting,
): Promise<ConnectedScep> {
  const given = kept.secrets === undefined ? {} : (JSON.parse(kept.secrets.reveal()) as Record<string, unknown>)
  const secrets = { ...given, clientKey: given.clientKey ?? encodePem('PRIVATE KEY', await newClientKey()) }
  const sealed = new Secret(JSON.stringify(secrets))
  const settings: ScepSettings = scepSettings({ settings: kept.settings, secrets: sealed })
  await clientIdentity(settings, now)
  const upstream = await askUpstream(scepClient(settings, fetch), settings, now)
  const known: KnownUpstream = remember(upstream)
  return {
    certificate: upstream.ca.der,
    chain: upstream.chain.map(({ der }) => der),
    settings: { ...kept.settings, known },
    secrets: sealed,
  }
}

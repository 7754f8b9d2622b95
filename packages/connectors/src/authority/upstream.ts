import {
  basicConstraints,
  type Certificate,
  decodePem,
  encodePem,
  isSelfSigned,
  parseCertificate,
  sameName,
  verifyCertificate,
} from '@chancery/pki'
import {
  type Capabilities,
  type ChosenAlgorithms,
  chooseAlgorithms,
  type Fetch,
  issuingAuthority,
  ScepClient,
  selectRecipient,
  verifyCaCertificates,
} from '@chancery/scep'
import type { ScepSettings } from './scep-settings.ts'
import { UpstreamError, upstreamError } from './upstream-error.ts'

/** Another SCEP server, authenticated by the certificate of its CA. */
export interface Upstream {
  /** Messages are encrypted to it. */
  readonly recipient: Certificate
  /** May sign replies. */
  readonly trusted: readonly Certificate[]
  /** The CA that issues. */
  readonly ca: Certificate
  /** Above it, up to the root as far as the server shows them. */
  readonly chain: readonly Certificate[]
  readonly capabilities: Capabilities
  readonly algorithms: ChosenAlgorithms
}

/** What of it is remembered for the time when it is down. */
export type KnownUpstream = NonNullable<ScepSettings['known']>

export function scepClient({ url, timeoutSeconds }: ScepSettings, fetch: Fetch, signal?: AbortSignal): ScepClient {
  return new ScepClient({
    url,
    // Who answers for another place is not the server that was named.
    fetch: (target, init) => fetch(target, { ...init, redirect: 'error' }),
    timeoutMilliseconds: timeoutSeconds * 1000,
    ...(signal === undefined ? {} : { signal }),
  })
}

/** @throws {UpstreamError} it does not answer, or is not the one whose fingerprint is known */
export async function askUpstream(client: ScepClient, settings: ScepSettings, now: Date): Promise<Upstream> {
  try {
    const certificates = await client.getCaCertificates()
    return upstreamOf(certificates, await client.getCapabilities(), settings, now)
  } catch (error) {
    throw upstreamError(error, settings.url)
  }
}

/** As it was when it was last seen; undefined: never. @throws {UpstreamError} */
export function knownUpstream(settings: ScepSettings, now: Date): Upstream | undefined {
  const { known, url } = settings
  if (known === undefined) return undefined
  try {
    const certificates = known.certificates.flatMap((pem) => decodePem(pem).map((der) => parseCertificate(der)))
    return upstreamOf(certificates, new Set(known.capabilities), settings, now)
  } catch (error) {
    throw upstreamError(error, url)
  }
}

export function remember({ trusted, capabilities }: Upstream): KnownUpstream {
  return { certificates: trusted.map(({ der }) => encodePem('CERTIFICATE', der)), capabilities: [...capabilities] }
}

function upstreamOf(
  certificates: readonly Certificate[],
  capabilities: Capabilities,
  settings: ScepSettings,
  now: Date,
): Upstream {
  const { caFingerprint, legacyAlgorithms, url } = settings
  const wanted = caFingerprint.replaceAll(':', '').toLowerCase()
  const authenticated = certificates.find((one) => fingerprint(one) === wanted)
  if (authenticated === undefined) {
    const seen = certificates.filter((one) => isCa(one) || certificates.length === 1).map(fingerprint)
    throw new UpstreamError(
      'ERR_UPSTREAM_CA',
      `The SCEP server ${url} does not show the CA whose fingerprint is configured, ${wanted}. It shows ${seen.join(', ') || 'none'}. ` +
        'Ask its administrator which one is right.',
    )
  }
  verifyCaCertificates(certificates, authenticated, now)
  const recipient = selectRecipient(certificates, { ignoreKeyUsage: legacyAlgorithms })
  const authorities = certificates.filter(isCa)
  const ca = issuingAuthority(recipient, authorities)
  return {
    recipient,
    trusted: certificates,
    ca,
    chain: above(ca, authorities),
    capabilities,
    algorithms: chooseAlgorithms(capabilities),
  }
}

export function fingerprint(certificate: Certificate): string {
  return certificate.digest().toString('hex')
}

function isCa(certificate: Certificate): boolean {
  return basicConstraints(certificate)?.ca === true
}

function above(ca: Certificate, authorities: readonly Certificate[]): Certificate[] {
  const chain: Certificate[] = []
  let lowest = ca
  while (!isSelfSigned(lowest)) {
    const { issuer } = lowest
    const next = authorities.find(
      (one) => !chain.includes(one) && sameName(one.subject, issuer) && verifyCertificate(lowest, one.publicKey),
    )
    if (next === undefined) break
    chain.push(next)
    lowest = next
  }
  return chain
}

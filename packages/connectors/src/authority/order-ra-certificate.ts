import { buildCertificationRequest, type Certificate, keyUsage, type Name, shortestSerial } from '@chancery/pki'
import type { AuthorityRecord, IssuedRaCertificate } from '@chancery/ra'
import { type Fetch, type Reply, selfSignedSigner } from '@chancery/scep'
import { identityOf, newClientKey } from './client-identity.ts'
import { type ScepSettings, scepSettings } from './scep-settings.ts'
import { askUpstream, scepClient } from './upstream.ts'
import { UpstreamError, upstreamError } from './upstream-error.ts'

export interface RaCertificateWanted {
  readonly authority: Pick<AuthorityRecord, 'settings' | 'secrets'>
  /** The CA of the authority, DER: devices trust nothing else. */
  readonly ca: Buffer
  readonly subject: Name
  readonly fetch: Fetch
  readonly now: Date
}

export interface OrderedRaCertificate {
  readonly raCertificate: Omit<IssuedRaCertificate, 'uuid'>
  /** What some clients may not like about it. */
  readonly warnings: readonly string[]
}

/**
 * An RA certificate for our own devices from another SCEP server: they trust its CA, so the certificate must be of it.
 * @throws {UpstreamError} with a sentence
 */
export async function orderRaCertificate(wanted: RaCertificateWanted): Promise<OrderedRaCertificate> {
  const settings = scepSettings(wanted.authority)
  const client = scepClient(settings, wanted.fetch)
  const upstream = await askUpstream(client, settings, wanted.now)
  if (!upstream.ca.der.equals(wanted.ca)) {
    throw new UpstreamError(
      'ERR_UPSTREAM_CA',
      `The SCEP server ${settings.url} issues with another CA certificate by now.`,
    )
  }
  const { pkcs8, ...identity } = identityOf(await newClientKey())
  const { key } = identity
  const csr = await buildCertificationRequest({ subject: wanted.subject, key, challengePassword: settings.raChallenge })
  const signer = { ...identity, certificate: await selfSignedSigner(wanted.subject, key, wanted.now) }
  const { recipient, trusted, ca, algorithms } = upstream
  const terms = { signer, recipient, trusted, issuers: [ca], algorithms, allowSingleDes: settings.legacyAlgorithms }
  const certificate = issuedOr(
    await asked(client.enrol({ ...terms, csr, csrKey: key.publicKey, force: true }), settings),
    settings,
  )
  const { der, serialNumber, notBefore, notAfter } = certificate
  return {
    raCertificate: {
      certificate: der,
      privateKey: { kind: 'software', pkcs8 },
      serialNumber: shortestSerial(serialNumber) ?? serialNumber,
      notBefore,
      notAfter,
    },
    warnings: warningsOf(certificate),
  }
}

async function asked(reply: Promise<Reply>, { url }: ScepSettings): Promise<Reply> {
  try {
    return await reply
  } catch (error) {
    throw upstreamError(error, url)
  }
}

function issuedOr(reply: Reply, { url }: ScepSettings): Certificate {
  switch (reply.status) {
    case 'SUCCESS':
      return reply.certificate
    case 'PENDING':
      throw new UpstreamError(
        'ERR_UPSTREAM_REPLY',
        `The SCEP server ${url} wants a person to agree to our RA certificate. Let it issue that one at once, and try again.`,
      )
    case 'FAILURE': {
      const why = [reply.failInfo ?? reply.rawFailInfo, reply.failInfoText]
        .filter((part) => part !== undefined)
        .join(', ')
      throw new UpstreamError(
        'ERR_UPSTREAM_REPLY',
        `The SCEP server ${url} refuses us an RA certificate (${why}). If it wants a challenge, set raChallenge of the authority.`,
      )
    }
  }
}

/** Our own code decides by the key; clients may look at the key usage (RFC 8894 §2.1.2, §2.2). */
function warningsOf(certificate: Certificate): string[] {
  const usages = keyUsage(certificate)
  if (usages === undefined) return []
  const missing = (['digitalSignature', 'keyEncipherment'] as const).filter((usage) => !usages.includes(usage))
  if (missing.length === 0) return []
  return [
    `The RA certificate that the SCEP server issued has no ${missing.join(' and no ')} in its key usage: some clients will not encrypt to it.`,
  ]
}

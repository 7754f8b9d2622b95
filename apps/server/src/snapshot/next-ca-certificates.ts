import type { BuiltInIssuer } from '@chancery/connectors'
import type { RaCertificateRecord } from '@chancery/ra'
import { sealNextCaCertificates } from '@chancery/scep'
import type { ServedEndpoint } from '../context.ts'
import type { IssuingGeneration } from './authorities.ts'

/** How long an answer serves: strangers ask for it, and the CA's key must not work for each of them. */
const KEPT_MILLISECONDS = 10 * 60_000

interface Kept {
  readonly body: Promise<Buffer>
  /** When it was signed. */
  readonly at: number
}

/** Body of GetNextCACert, signed when somebody asks and then kept for some minutes. */
export function nextCaCertificates(
  { issuer }: { readonly issuer: BuiltInIssuer },
  { record }: Pick<IssuingGeneration, 'record'>,
  ra: RaCertificateRecord,
): NonNullable<ServedEndpoint['nextCaCertificates']> {
  const { certificate: next, chain } = record
  const isOwnRa = ra.certificate.equals(next)
  let kept: Kept | undefined
  const seal = (now: Date): Kept => {
    const body = sealNextCaCertificates({
      current: { certificate: issuer.certificate, signing: issuer.key },
      next,
      ...(isOwnRa ? {} : { ra: ra.certificate }),
      chain,
      now,
    })
    const sealed = { body, at: now.getTime() }
    body.catch(() => {
      if (kept === sealed) kept = undefined
    })
    return sealed
  }
  return async (now) => {
    // Also signed again when the clock was set back.
    if (kept === undefined || Math.abs(now.getTime() - kept.at) >= KEPT_MILLISECONDS) kept = seal(now)
    return { type: 'application/x-x509-next-ca-cert', body: await kept.body }
  }
}

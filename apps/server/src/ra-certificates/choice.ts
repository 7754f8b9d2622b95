import { createHash } from 'node:crypto'
import { type Certificate, parseCertificate } from '@chancery/pki'
import type { Configuration, IssuerRecord, RaCertificateRecord } from '@chancery/ra'
import { isValidAt, opensMessages } from './able.ts'

/** A certificate that may become the CA certificate of a SCEP profile at its issuer. */
export interface RaCertificateChoice {
  readonly uuid: string
  readonly certificate: Certificate
  readonly issuer: IssuerRecord
  /** As an edit names it. */
  readonly as: { readonly same: 'issuer' } | { readonly same: 'raCertificate'; readonly of: string }
}

/** Those whose key is here and can be used now: RA certificates and CAs that open messages themselves. */
export function raCertificateChoices(configuration: Configuration, now: Date): RaCertificateChoice[] {
  const { issuers, raCertificates } = configuration
  const current = issuers.filter(({ state }) => state === 'current')
  const own = current.flatMap((issuer): RaCertificateChoice[] =>
    issuer.privateKey.kind === 'elsewhere'
      ? []
      : [{ ...described(issuer.certificate), issuer, as: { same: 'issuer' } }],
  )
  const issued = raCertificates.flatMap((record): RaCertificateChoice[] => {
    const issuer = current.find(({ id }) => id === record.issuerId)
    if (issuer === undefined || record.state !== 'current' || record.certificate.equals(issuer.certificate)) return []
    const uuid = raCertificateUuid(record, configuration)
    const as = { same: 'raCertificate', of: record.uuid } as const
    return [{ uuid, certificate: parseCertificate(record.certificate), issuer, as }]
  })
  const distinct = new Map([...issued, ...own].map((one) => [one.uuid, one]))
  return [...distinct.values()].filter(({ certificate }) => opensMessages(certificate) && isValidAt(certificate, now))
}

/**
 * The UUID by which an RA certificate is known. Several SCEP profiles may have the same one, in a row for each: it is that
 * of the first row, and for a CA that opens messages itself one made of its digest.
 */
export function raCertificateUuid(record: RaCertificateRecord, { issuers, raCertificates }: Configuration): string {
  const issuer = issuers.find(({ id }) => id === record.issuerId)
  if (issuer?.certificate.equals(record.certificate)) return uuidOfCertificate(record.certificate)
  return raCertificates.find(({ certificate }) => certificate.equals(record.certificate))?.uuid ?? record.uuid
}

function described(der: Buffer): Pick<RaCertificateChoice, 'uuid' | 'certificate'> {
  return { uuid: uuidOfCertificate(der), certificate: parseCertificate(der) }
}

/** UUIDv8 (RFC 9562 §5.8) of a certificate that has no row of its own. */
function uuidOfCertificate(der: Buffer): string {
  const bytes = createHash('sha256').update(der).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

import { keyKindOf } from '@chancery/ca'
import { type Certificate, isSelfSigned, nameToText, parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, Configuration } from '@chancery/ra'

const YEAR = 365.25 * 86_400_000

/** How a CA like the present one would be made on another server: another key, the same name. */
export function describeCa(
  { id, kind }: AuthorityRecord,
  { issuers }: Configuration,
): Record<string, unknown> | undefined {
  const current = issuers.find(({ authorityId, state }) => authorityId === id && state === 'current')
  if (kind !== 'built-in' || current === undefined) return undefined
  const certificate = parseCertificate(current.certificate)
  const keyType = keyKindOf(certificate.publicKey)
  const common = { subject: nameToText(certificate.subject), ...(keyType !== undefined && { keyType }) }
  return isSelfSigned(certificate)
    ? { create: 'root', ...common, validityYears: yearsOf(certificate) }
    : { create: 'subordinate', ...common }
}

function yearsOf({ notBefore, notAfter }: Certificate): number {
  return Math.min(30, Math.max(1, Math.round((notAfter.getTime() - notBefore.getTime()) / YEAR)))
}

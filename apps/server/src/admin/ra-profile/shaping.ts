import { AUTHORITY_DESCRIPTORS } from '@chancery/connectors'
import type { AuthorityRecord, RaProfile } from '@chancery/ra'

type Shape = Pick<RaProfile, 'subject' | 'certificate'>

/** What would be put into a certificate that the request does not have, by the names of the fields. */
function shapedBy({ subject, certificate }: Shape): string[] {
  return [
    ...(subject.form.from === 'request' ? [] : ['template.subject.from']),
    ...(subject.fixedNames.length === 0 ? [] : ['template.subjectAltNames.fixed']),
    ...(subject.commonNameAsDns === 'copied' ? ['template.subjectAltNames.commonName'] : []),
    ...(certificate.certificatePolicies.length === 0 ? [] : ['template.certificatePolicies']),
    ...(certificate.validUntil === null ? [] : ['template.validUntil']),
  ]
}

/** An authority in another house gets the request as the device signed it: what is set here would never come about. */
export function shapingFaults(shape: Shape, { name, kind }: AuthorityRecord): string[] {
  if (AUTHORITY_DESCRIPTORS[kind].shapesCertificates) return []
  return shapedBy(shape).map(
    (field) =>
      `${field} cannot be set: authority "${name}" makes its certificates itself, and a request goes there as the device signed it.`,
  )
}

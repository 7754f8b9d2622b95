import type { Template } from '@chancery/api'

/** What certificates look like, one row for each setting that is not idle. */
export function templateRows(template: Template): (readonly [string, string])[] {
  const { subject, subjectAltNames: names, keys, extensions } = template
  const { dns, email, uri, ip, upn } = names.patterns
  const rows: readonly (readonly [string, string])[] = [
    ['subject', subjectText(subject)],
    ['attributes', subject.allowedAttributes === null ? '' : `only ${subject.allowedAttributes.join(', ')}`],
    ['required', [...subject.requiredAttributes, ...names.required].join(', ')],
    ['CN', subject.commonNamePatterns.join(', ')],
    ['SAN types', names.types.join(', ') || 'none'],
    ['SAN', [...dns, ...email, ...uri, ...ip, ...upn].join(', ')],
    ['fixed SAN', names.fixed.join(', ')],
    ['CN as DNS', names.commonName === 'ignored' ? '' : names.commonName],
    ['keys', keysText(keys)],
    ['valid', template.validUntil === null ? `${template.validityDays} days` : `until ${template.validUntil}`],
    ['key usage', template.keyUsage === 'auto' ? 'what fits the key' : template.keyUsage.join(', ')],
    ['purposes', template.extendedKeyUsage.join(', ')],
    ['policies', template.certificatePolicies.join(', ')],
    ['extensions', extensions.map(({ oid, critical }) => `${oid}${critical ? ' (critical)' : ''}`).join(', ')],
  ]
  return rows.filter(([, text]) => text !== '')
}

function subjectText({ from, template, parts }: Template['subject']): string {
  switch (from) {
    case 'request':
      return 'as it is asked for'
    case 'template':
      return `made by ${template}`
    case 'parts':
      return `as it is asked for, with ${parts}`
  }
}

function keysText({ rsa, rsaMinimumBits, rsaMaximumBits, curves, ed25519 }: Template['keys']): string {
  const kinds = [...(rsa ? [`RSA ${rsaMinimumBits} to ${rsaMaximumBits}`] : []), ...curves]
  return [...kinds, ...(ed25519 ? ['Ed25519'] : [])].join(', ')
}

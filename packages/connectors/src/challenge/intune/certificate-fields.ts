import { hash } from 'node:crypto'
import { attributeTypeByKeyword, type Certificate, type Name, nameToText } from '@chancery/pki'

/** Longest issuer that Intune takes. */
const LONGEST_ISSUER = 256
/** Last moment of a DateTime of .NET. */
const LAST_MILLISECOND = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** SHA-1 of the certificate in upper-case hexadecimal: so Windows calls a certificate. */
export function thumbprint({ der }: Pick<Certificate, 'der'>): string {
  return hash('sha1', der).toUpperCase()
}

/** Upper-case hexadecimal, whole octets, without those in front that only say that the number is positive. */
export function toldSerial({ serialNumber }: Pick<Certificate, 'serialNumber'>): string {
  const first = serialNumber.findIndex((octet) => octet !== 0)
  return serialNumber.toString('hex', first < 0 ? serialNumber.length - 1 : first).toUpperCase()
}

/** RFC 4514 text; where that is too long, the common name with the beginning of a digest of the whole name. */
export function toldIssuer({ issuer }: Pick<Certificate, 'issuer'>): string {
  const text = nameToText(issuer)
  if (text.length <= LONGEST_ISSUER) return text
  const suffix = ` (${hash('sha256', issuer.der).slice(0, 16)})`
  return `${commonName(issuer)
    .slice(0, LONGEST_ISSUER - suffix.length)
    .toWellFormed()}${suffix}`
}

export function commonName(name: Name): string {
  const oid = attributeTypeByKeyword('CN')?.oid
  return name.rdns.flat().findLast((one) => one.oid === oid)?.value ?? ''
}

/** ISO 8601 in UTC with milliseconds and four digits of the year. */
export function expiration({ notAfter }: Pick<Certificate, 'notAfter'>): string {
  return new Date(Math.min(notAfter.getTime(), LAST_MILLISECOND)).toISOString()
}

import { type Name, nameFromText, nameOfEncoded, PkiError, parseCertificate, sameName } from '@chancery/pki'

export interface NamedIssuer {
  readonly id: number
  readonly certificate: Buffer
  /** As whoever vouches is told it. */
  readonly toldAs: string
  /** Its key is with us: whatever it issued is in our inventory. */
  readonly isOurs: boolean
}

export interface IssuerNames {
  /** Whether this text names it. */
  isNamed(issuerId: number, text: string): boolean
  /** Whether this text names an issuer whose key is with us. */
  isOurs(text: string): boolean
  /** Whether the key of this one is with us. */
  hasOurKey(issuerId: number): boolean
}

export function issuerNames(issuers: readonly NamedIssuer[]): IssuerNames {
  const known = issuers.map(({ certificate, ...issuer }) => ({
    ...issuer,
    subject: parseCertificate(certificate).subject,
  }))
  const named = (text: string) => {
    const names = readings(text)
    return known.filter(({ subject, toldAs }) => text === toldAs || names.some((name) => sameName(name, subject)))
  }
  return {
    isNamed: (issuerId, text) => named(text).some(({ id }) => id === issuerId),
    isOurs: (text) => named(text).some(({ isOurs }) => isOurs),
    hasOurKey: (issuerId) => known.some(({ id, isOurs }) => id === issuerId && isOurs),
  }
}

/** Longer than any name that we told. */
const LONGEST = 1024

/** As RFC 4514 writes it, and in the order of the encoding, as others do. */
function readings(text: string): Name[] {
  if (text.length > LONGEST) return []
  try {
    const name = nameFromText(text)
    const backwards = name.rdns.map((rdn) => rdn.map(({ oid, der }) => ({ oid, value: der }))).reverse()
    return [name, nameOfEncoded(backwards)]
  } catch (error) {
    if (error instanceof PkiError) return []
    throw error
  }
}

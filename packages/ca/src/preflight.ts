import {
  Asn1Error,
  basicConstraints,
  type Certificate,
  isSelfSigned,
  keyUsage,
  nameToText,
  PkiError,
  type PublicKeyInfo,
  signatureOid,
} from '@chancery/pki'

/** A CA certificate from elsewhere that is to issue here. */
export interface CaCandidate {
  readonly certificate: Certificate
  /** Up to the root. */
  readonly above: readonly Certificate[]
  /** Of the private key that is here. */
  readonly publicKey: PublicKeyInfo
  readonly now: Date
}

export interface Preflight {
  /** Each a sentence; with one of them it cannot issue. */
  readonly faults: string[]
  /** It can issue, and somebody may have trouble. */
  readonly warnings: string[]
}

const RSA_BITS = { fewest: 2048, most: 8192 } as const
const CURVES: readonly string[] = ['P-256', 'P-384', 'P-521']

/** What would go wrong later, at the first enrolment or at the first device that verifies, is told now. */
export function preflight(candidate: CaCandidate): Preflight {
  const { certificate, above, publicKey } = candidate
  const path = [certificate, ...above]
  const faults = [
    ...(certificate.publicKey.digest().equals(publicKey.digest()) ? [] : [NOT_ITS_KEY]),
    ...(certificate.subject.rdns.length > 0 ? [] : ['The CA certificate has no subject (RFC 5280 §4.1.2.6).']),
    ...keyFaults(certificate.publicKey),
    ...path.flatMap((one, index) => readable(one, () => caFaults(one, index, path, candidate.now))),
  ]
  const warnings = [
    ...path.flatMap(digestWarnings),
    ...[certificate, ...above.slice(0, -1)].flatMap((one) => readable(one, () => usageWarnings(one))),
    ...endWarnings(certificate, above),
  ]
  return { faults, warnings }
}

const NOT_ITS_KEY = 'The private key is not the one of the CA certificate.'

function keyFaults(key: PublicKeyInfo): string[] {
  const { type, modulusBits = 0, curve } = key
  if (type === 'rsa') {
    const fits = modulusBits >= RSA_BITS.fewest && modulusBits <= RSA_BITS.most
    return fits
      ? importFaults(key)
      : [`The CA key has ${modulusBits} bits; an RSA key has ${RSA_BITS.fewest} to ${RSA_BITS.most}.`]
  }
  if (type === 'ed25519' || (type === 'ec' && CURVES.includes(curve ?? ''))) return importFaults(key)
  return ['The CA key is of a kind that does not sign here: use RSA, P-256, P-384, P-521 or Ed25519.']
}

function importFaults(key: PublicKeyInfo): string[] {
  try {
    key.keyObject()
    return []
  } catch (error) {
    if (error instanceof PkiError) return [`The CA key cannot be used: ${error.message}.`]
    throw error
  }
}

/** Of every certificate of the path, the CA's own first (RFC 5280 §6.1). */
function caFaults(one: Certificate, index: number, path: readonly Certificate[], now: Date): string[] {
  const name = nameOf(one)
  const faults: string[] = []
  const constraints = basicConstraints(one)
  if (constraints?.ca !== true) faults.push(`${name} is no CA: its basicConstraints do not say CA:TRUE.`)
  const below = path.slice(0, index).filter((other) => !other.subject.der.equals(other.issuer.der)).length
  if (constraints?.pathLength !== undefined && constraints.pathLength < below) {
    faults.push(`${name} allows ${constraints.pathLength} CAs below it (pathLenConstraint), and there are ${below}.`)
  }
  const usage = keyUsage(one)
  const lacking = (index === 0 ? (['keyCertSign', 'cRLSign'] as const) : (['keyCertSign'] as const)).filter(
    (use) => !(usage?.includes(use) ?? true),
  )
  if (lacking.length > 0) faults.push(`The keyUsage of ${name} lacks ${lacking.join(' and ')}.`)
  if (now >= one.notAfter) faults.push(`${name} expired on ${one.notAfter.toISOString()}.`)
  if (now < one.notBefore) faults.push(`${name} is not valid before ${one.notBefore.toISOString()}.`)
  return faults
}

function digestWarnings(one: Certificate): string[] {
  const { digest } = signatureOid(one.signatureAlgorithm.oid)
  if ((digest !== 'sha1' && digest !== 'md5') || isSelfSigned(one)) return []
  return [`${nameOf(one)} is signed with ${digest === 'sha1' ? 'SHA-1' : 'MD5'}, which many devices refuse.`]
}

/** Not of a root above, which devices trust as it is. */
function usageWarnings(one: Certificate): string[] {
  if (keyUsage(one) !== undefined) return []
  return [`${nameOf(one)} has no keyUsage, which RFC 5280 §4.2.1.3 wants of a CA; some devices refuse it.`]
}

function endWarnings({ notAfter }: Certificate, above: readonly Certificate[]): string[] {
  return above
    .filter((one) => one.notAfter < notAfter)
    .map((one) => `${nameOf(one)} ends on ${one.notAfter.toISOString()}, before the CA below it.`)
}

function nameOf({ subject }: Certificate): string {
  return `The certificate of ${nameToText(subject) || 'nobody'}`
}

/** An extension that is malformed is a fault of its own. */
function readable(one: Certificate, read: () => string[]): string[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof Asn1Error) return [`${nameOf(one)} is malformed: ${error.message}.`]
    throw error
  }
}

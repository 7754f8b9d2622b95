import { chainAbove, preflight } from '@chancery/ca'
import { type Certificate, type PublicKeyInfo, parseCertificate, parseCertificationRequest } from '@chancery/pki'
import type { Configuration } from '@chancery/ra'

/** A CA that is fit to issue here. */
export interface FitCa {
  readonly certificate: Certificate
  /** From the one that signed it up to the root. */
  readonly above: readonly Certificate[]
  /** Sentences for whoever brought it. */
  readonly warnings: readonly string[]
}

export interface Faults {
  readonly faults: string[]
}

/** Checks a CA from elsewhere as a start-up would: every fault is a sentence, and none comes as a surprise later. */
export function fitCa(
  publicKey: PublicKeyInfo,
  certificates: readonly [Certificate, ...Certificate[]],
  now: Date,
): FitCa | Faults {
  const own = (one: Certificate) => one.publicKey.digest().equals(publicKey.digest())
  const certificate = certificates.find(own) ?? certificates[0]
  const others = certificates.filter((one) => one !== certificate)
  const { above, fault } = chainAbove(certificate, others)
  const { faults, warnings } = preflight({ certificate, above, publicKey, now })
  if (fault !== undefined) faults.push(fault)
  if (faults.length > 0) return { faults }
  const left = others.filter((one) => !above.some(({ der }) => der.equals(one.der)) && !one.der.equals(certificate.der))
  const unused = left.length === 0 ? [] : [`${left.length} of the certificates are not above the CA and were left out.`]
  return { certificate, above, warnings: [...warnings, ...unused] }
}

/** One key for two CAs, or for a CA and an RA: who has a certificate of one could pass for the other's. */
export function ownKeyFaults({ authorities, issuers, raCertificates }: Configuration, key: PublicKeyInfo): string[] {
  const certificates = [...issuers, ...raCertificates].map(({ certificate }) => parseCertificate(certificate))
  const requests = authorities.flatMap(({ requestedCsr }) =>
    requestedCsr === undefined ? [] : [parseCertificationRequest(requestedCsr)],
  )
  const isHere = [...certificates, ...requests].some(({ publicKey }) => publicKey.digest().equals(key.digest()))
  return isHere ? ['The key is one of this server already: each CA has a key of its own.'] : []
}

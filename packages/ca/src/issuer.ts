import {
  basicConstraints,
  buildAuthorityKeyIdentifier,
  type Certificate,
  keyUsage,
  type SignatureScheme,
  type SigningKey,
  signatureAlgorithmIdentifier,
  subjectKeyIdentifier,
} from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { keyIdentifier } from './key-identifier.ts'
import { type NameConstraints, nameConstraintsOf } from './name-constraints.ts'
import { signatureSchemeFor } from './signature-scheme.ts'

/** One generation of a CA: its certificate and the key that signs for it. */
export interface Issuer {
  readonly certificate: Certificate
  readonly key: SigningKey
}

/** What every certificate of an issuer has from it. */
export interface IssuerFacts {
  readonly scheme: SignatureScheme
  /** AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
  /** Extension. */
  readonly authorityKeyIdentifier: Buffer
  readonly nameConstraints: NameConstraints | undefined
}

const facts = new WeakMap<Issuer, IssuerFacts>()

/** Worked out once for an issuer. @throws {CaError} when it cannot issue */
export function issuerFacts(issuer: Issuer): IssuerFacts {
  const known = facts.get(issuer)
  if (known !== undefined) return known
  const { certificate, key } = issuer
  if (basicConstraints(certificate)?.ca !== true) throw new CaError('ERR_CA_ISSUER', 'the issuer certificate is no CA')
  if (!(keyUsage(certificate)?.includes('keyCertSign') ?? true)) {
    throw new CaError('ERR_CA_ISSUER', 'the issuer certificate may not sign certificates (keyUsage)')
  }
  if (!certificate.publicKey.digest().equals(key.publicKey.digest())) {
    throw new CaError('ERR_CA_ISSUER', 'the key is not the one of the issuer certificate')
  }
  const scheme = signatureSchemeFor(certificate.publicKey)
  const found: IssuerFacts = {
    scheme,
    signatureAlgorithm: signatureAlgorithmIdentifier(scheme),
    authorityKeyIdentifier: buildAuthorityKeyIdentifier(
      subjectKeyIdentifier(certificate) ?? keyIdentifier(certificate.publicKey),
    ),
    nameConstraints: nameConstraintsOf(certificate),
  }
  facts.set(issuer, found)
  return found
}

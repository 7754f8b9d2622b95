import type { DigestName } from '../algorithm/digest.ts'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { signatureDigest, signatureSchemeOf } from '../algorithm/signature.ts'
import { type Attribute, parseAttribute } from '../attribute.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { bitStringOctets, child, expectTag, integerBytes } from '../der/value.ts'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../key/public-key-info.ts'
import { type Name, parseName } from '../name/name.ts'
import { verifySigned } from '../x509/verify.ts'

/** CertificationRequest (RFC 2986 §4.2). */
export interface CertificationRequest {
  readonly der: Buffer
  /** What the signature covers, as received. */
  readonly info: Buffer
  readonly subject: Name
  readonly publicKey: PublicKeyInfo
  /** Known to us or not, in their order. */
  readonly attributes: readonly Attribute[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
}

/** @throws {Asn1Error} here and never later */
export function parseCertificationRequest(
  bytes: Buffer | Element,
  limits: ReadLimits = DEFAULT_LIMITS,
): CertificationRequest {
  const e = bytes instanceof Element ? bytes : readElement(bytes, limits)
  const info = expectTag(expectTag(e, TAG.sequence, 'request').children[0], TAG.sequence, 'certificationRequestInfo')
  integerBytes(info.children[0], 'version') // 0 in every version there is; others are read by structure
  return {
    der: e.bytes,
    info: info.bytes,
    subject: parseName(child(info, 1, 'subject')),
    publicKey: parsePublicKeyInfo(child(info, 2, 'public key')),
    attributes: attributesOf(info.children[3]),
    signatureAlgorithm: parseAlgorithmIdentifier(child(e, 1, 'signature algorithm'), 'signature algorithm'),
    signature: bitStringOctets(e.children[2], 'signature'),
  }
}

/** Proof of possession: the key in the request signed it. */
export function verifyCertificationRequest(csr: CertificationRequest): boolean {
  return verifySigned(csr.info, csr.signatureAlgorithm, csr.signature, csr.publicKey)
}

/** Undefined when the algorithm is none of ours or not one of this key. */
export function certificationRequestSignatureDigest(csr: CertificationRequest): DigestName | undefined {
  try {
    const scheme = signatureSchemeOf(csr.signatureAlgorithm, csr.publicKey)
    return scheme && signatureDigest(scheme)
  } catch (error) {
    if (error instanceof Asn1Error) return undefined // PSS parameters
    throw error
  }
}

/** [0] IMPLICIT SET OF, which old encoders leave out when it is empty. */
function attributesOf(field: Element | undefined): readonly Attribute[] {
  return field === undefined ? [] : expectTag(field, contextTag(0, true), 'attributes').children.map(parseAttribute)
}

import { hash } from 'node:crypto'
import { type DigestName, digestByName } from '../algorithm/digest.ts'
import { identifierNull } from '../algorithm/identifier.ts'
import { type SignatureScheme, signatureAlgorithmIdentifier } from '../algorithm/signature.ts'
import { buildAttribute } from '../attribute.ts'
import { TAG } from '../der/tag.ts'
import { encode, explicit, implicit, integer, octetString, oid, sequence, set, setOf } from '../der/write.ts'
import type { SigningKey } from '../key/port.ts'
import type { Certificate } from '../x509/certificate.ts'
import { buildContentInfo, CONTENT_TYPE } from './content-info.ts'
import { issuerAndSerialNumber } from './signer-identifier.ts'
import { MESSAGE_DIGEST } from './signer-info.ts'

export interface NewSignedData {
  /** Absent: no content at all, and the digest is that of nothing. */
  readonly eContent?: Buffer
  /** id-data unless said otherwise. */
  readonly contentType?: string
  readonly digest: DigestName
  readonly signer: { readonly certificate: Certificate; readonly key: SigningKey; readonly scheme: SignatureScheme }
  /** Attributes beside contentType and messageDigest, each in DER. */
  readonly attributes: readonly Buffer[]
  /** DER, in this order. */
  readonly certificates: readonly Buffer[]
}

const CONTENT_TYPE_ATTRIBUTE = '1.2.840.113549.1.9.3'
/** strongSwan takes no other signatureAlgorithm for RSA, and everybody takes this one (RFC 3370 §3.2). */
const RSA_ENCRYPTION = identifierNull('1.2.840.113549.1.1.1')
const VERSION_1 = integer(1)

/** A ContentInfo with SignedData of one signer: version 1, issuerAndSerialNumber, attributes sorted, DER throughout. */
export async function buildSignedData(what: NewSignedData): Promise<Buffer> {
  const { eContent, contentType = CONTENT_TYPE.data, digest, signer, certificates } = what
  const { identifier, node } = digestByName(digest)
  const type = oid(contentType)
  const attributes = setOf([
    ...what.attributes,
    buildAttribute(CONTENT_TYPE_ATTRIBUTE, type),
    buildAttribute(MESSAGE_DIGEST, octetString(hash(node, eContent ?? Buffer.alloc(0), 'buffer'))),
  ])
  const signature = await signer.key.sign(attributes, signer.scheme)
  const signerInfo = sequence(
    VERSION_1,
    issuerAndSerialNumber(signer.certificate),
    identifier,
    implicit(0, attributes),
    signatureAlgorithm(signer.scheme),
    octetString(signature),
  )
  const encapsulated = eContent === undefined ? sequence(type) : sequence(type, explicit(0, octetString(eContent)))
  const bag = certificates.length === 0 ? [] : [implicit(0, set(...certificates))]
  return buildContentInfo(
    CONTENT_TYPE.signedData,
    sequence(VERSION_1, encode(TAG.set, identifier), encapsulated, ...bag, encode(TAG.set, signerInfo)),
  )
}

function signatureAlgorithm(scheme: SignatureScheme): Buffer {
  return scheme.key === 'rsa' && scheme.padding === 'pkcs1' ? RSA_ENCRYPTION : signatureAlgorithmIdentifier(scheme)
}

/**
 * A degenerate SignedData that only carries certificates and CRLs (RFC 8894 §3.4). Certificates stay in the order
 * given, although DER would sort the set: Apple takes the first for the issued one (S-3.3.2.1-03).
 */
export function certsOnly(certificates: readonly Buffer[], crls: readonly Buffer[] = []): Buffer {
  return buildContentInfo(
    CONTENT_TYPE.signedData,
    sequence(
      VERSION_1,
      set(),
      sequence(oid(CONTENT_TYPE.data)),
      ...(certificates.length === 0 ? [] : [implicit(0, set(...certificates))]),
      ...(crls.length === 0 ? [] : [implicit(1, set(...crls))]),
      set(),
    ),
  )
}

import { hash } from 'node:crypto'
import { type DigestName, digestByName } from '../algorithm/digest.ts'
import { identifierNull } from '../algorithm/identifier.ts'
import { RSA_ENCRYPTION } from '../algorithm/key-algorithm.ts'
import { type SignatureScheme, signatureAlgorithmIdentifier, signatureDigest } from '../algorithm/signature.ts'
import { buildAttribute } from '../attribute.ts'
import { contextTag } from '../der/tag.ts'
import { encode, explicit, implicit, integer, octetString, oid, sequence, set, setOf } from '../der/write.ts'
import type { SigningKey } from '../key/port.ts'
import type { Certificate } from '../x509/certificate.ts'
import { ATTRIBUTE_OID } from './attribute-oid.ts'
import { buildContentInfo, CONTENT_TYPE } from './content-info.ts'
import { issuerAndSerialNumber } from './signer-identifier.ts'

export interface NewSignedData {
  /** Left out of the message when absent; its digest is then that of no octets. */
  readonly eContent?: Buffer
  /** id-data when absent. */
  readonly contentType?: string
  readonly digest: DigestName
  readonly signer: { readonly certificate: Certificate; readonly key: SigningKey; readonly scheme: SignatureScheme }
  /** Attribute DER, beside contentType and messageDigest. */
  readonly attributes: readonly Buffer[]
  /** Certificates that go along, in this order. */
  readonly certificates: readonly Buffer[]
}

/**
 * ContentInfo with SignedData of one signer, strict DER but for the order of certificates. The attributes are sorted
 * before hashing and in the message: that is the only order all verifiers agree on (C-SA-02).
 */
export async function buildSignedData(message: NewSignedData): Promise<Buffer> {
  const { digest, signer, eContent, contentType = CONTENT_TYPE.data } = message
  if (signatureDigest(signer.scheme) !== digest) throw new TypeError('signature scheme is of another digest')
  const { identifier, node } = digestByName(digest)
  const attributes = setOf([
    contentType === CONTENT_TYPE.data ? DATA_ATTRIBUTE : contentTypeAttribute(contentType),
    buildAttribute(ATTRIBUTE_OID.messageDigest, octetString(hash(node, eContent ?? EMPTY, 'buffer'))),
    ...message.attributes,
  ])
  const signature = await signer.key.sign(attributes, signer.scheme)
  const signerInfo = sequence(
    VERSION_1,
    issuerAndSerialNumber(signer.certificate),
    identifier,
    implicit(0, attributes),
    signerInfoAlgorithm(signer.scheme),
    octetString(signature),
  )
  return buildContentInfo(
    'signedData',
    sequence(
      contentType === CONTENT_TYPE.data ? VERSION_1 : VERSION_3, // RFC 5652 §5.1
      set(identifier),
      sequence(oid(contentType), ...(eContent === undefined ? [] : [explicit(0, octetString(eContent))])),
      ...(message.certificates.length === 0 ? [] : [encode(CERTIFICATES, ...message.certificates)]),
      set(signerInfo),
    ),
  )
}

/** rsaEncryption for PKCS #1 v1.5, with any digest: old clients take nothing else (C-AL-02). */
function signerInfoAlgorithm(scheme: SignatureScheme): Buffer {
  return scheme.key === 'rsa' && scheme.padding === 'pkcs1' ? RSA : signatureAlgorithmIdentifier(scheme)
}

const contentTypeAttribute = (type: string): Buffer => buildAttribute(ATTRIBUTE_OID.contentType, oid(type))

const DATA_ATTRIBUTE = contentTypeAttribute(CONTENT_TYPE.data)
const RSA = identifierNull(RSA_ENCRYPTION)
const VERSION_1 = integer(1)
const VERSION_3 = integer(3)
const CERTIFICATES = contextTag(0, true)
const EMPTY = Buffer.alloc(0)

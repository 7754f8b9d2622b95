import { constants, createCipheriv, createHash, type KeyObject, publicEncrypt, randomBytes, sign } from 'node:crypto'
import { type Certificate, der } from '@chancery/pki'

/**
 * Messages of which every part can be made wrong: structures written with nothing but the DER writer, primitives from
 * node:crypto. None of the code that the server or our client uses for CMS takes part.
 */

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  messageType: '2.16.840.1.113733.1.9.2',
  senderNonce: '2.16.840.1.113733.1.9.5',
  transactionId: '2.16.840.1.113733.1.9.7',
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256: '2.16.840.1.101.3.4.2.1',
  aes128: '2.16.840.1.101.3.4.1.2',
} as const

const algorithm = (oid: string, parameters: Buffer = der.nullValue()) => der.sequence(der.oid(oid), parameters)
const attribute = (oid: string, value: Buffer) => der.sequence(der.oid(oid), der.set(value))
const contentInfo = (oid: string, content: Buffer) => der.sequence(der.oid(oid), der.explicit(0, content))
const issuerAndSerialNumber = ({ issuer, serialNumber }: Certificate) =>
  der.sequence(issuer.der, der.integer(serialNumber))

export interface SignedAttributes {
  readonly messageType?: string
  readonly transactionId: string
  readonly senderNonce: Buffer
}

/** The attributes that are signed, as a SET OF in DER. */
export function signedAttributes(content: Buffer, attributes: SignedAttributes, messageDigest?: Buffer): Buffer {
  const digest = messageDigest ?? createHash('sha256').update(content).digest()
  return der.setOf([
    attribute(OID.contentType, der.oid(OID.data)),
    attribute(OID.messageDigest, der.octetString(digest)),
    attribute(OID.messageType, der.printableString(attributes.messageType ?? '19')),
    attribute(OID.transactionId, der.printableString(attributes.transactionId)),
    attribute(OID.senderNonce, der.octetString(attributes.senderNonce)),
  ])
}

/** A pkiMessage (RFC 8894 §3) around signed attributes and a signature that somebody made over them. */
export function assembleMessage(
  content: Buffer,
  certificate: Certificate,
  attributes: Buffer,
  signature: Buffer,
  digestOid: string = OID.sha256,
): Buffer {
  const signerInfo = der.sequence(
    der.integer(1),
    issuerAndSerialNumber(certificate),
    algorithm(digestOid),
    der.implicit(0, attributes),
    algorithm(OID.rsaEncryption),
    der.octetString(signature),
  )
  const signedData = der.sequence(
    der.integer(1),
    der.set(algorithm(digestOid)),
    der.sequence(der.oid(OID.data), der.explicit(0, der.octetString(content))),
    der.implicit(0, der.set(certificate.der)),
    der.set(signerInfo),
  )
  return contentInfo(OID.signedData, signedData)
}

/** Signed by node:crypto with the signer's key. */
export function signMessage(
  content: Buffer,
  signer: { readonly certificate: Certificate; readonly privateKey: KeyObject },
  attributes: SignedAttributes,
): Buffer {
  const signed = signedAttributes(content, attributes)
  return assembleMessage(content, signer.certificate, signed, sign('sha256', signed, signer.privateKey))
}

export interface EnvelopeParts {
  /** Whom the RecipientInfo names. */
  readonly recipient: Certificate
  readonly encryptedKey: Buffer
  readonly iv: Buffer
  readonly encryptedContent: Buffer
  /** RSA PKCS#1 v1.5 unless it is given. */
  readonly keyEncryption?: Buffer
}

/** AES-128-CBC for a recipient by RSA PKCS#1 v1.5, as parts that a test can spoil. */
export function envelopeParts(content: Buffer, recipient: Certificate, contentKey = randomBytes(16)): EnvelopeParts {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', contentKey, iv)
  const encryptedContent = Buffer.concat([cipher.update(content), cipher.final()])
  return { recipient, encryptedKey: encryptKey(contentKey, recipient), iv, encryptedContent }
}

export function encryptKey(contentKey: Buffer, recipient: Certificate): Buffer {
  return publicEncrypt({ key: recipient.publicKey.keyObject(), padding: constants.RSA_PKCS1_PADDING }, contentKey)
}

/** id-RSAES-OAEP with SHA-256 for label and mask (RFC 4055 §4.1). */
export const OAEP_SHA256 = algorithm(
  '1.2.840.113549.1.1.7',
  der.sequence(
    der.explicit(0, algorithm(OID.sha256)),
    der.explicit(1, algorithm('1.2.840.113549.1.1.8', algorithm(OID.sha256))),
  ),
)

export function encryptKeyOaep(
  contentKey: Buffer,
  recipient: Certificate,
  options = { hash: 'sha256', label: '' },
): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = {
    key: recipient.publicKey.keyObject(),
    padding,
    oaepHash: options.hash,
    oaepLabel: Buffer.from(options.label),
  }
  return publicEncrypt(key, contentKey)
}

export function assembleEnvelope({
  recipient,
  encryptedKey,
  iv,
  encryptedContent,
  keyEncryption,
}: EnvelopeParts): Buffer {
  const recipientInfo = der.sequence(
    der.integer(0),
    issuerAndSerialNumber(recipient),
    keyEncryption ?? algorithm(OID.rsaEncryption),
    der.octetString(encryptedKey),
  )
  const encryptedContentInfo = der.sequence(
    der.oid(OID.data),
    algorithm(OID.aes128, der.octetString(iv)),
    der.implicit(0, der.octetString(encryptedContent)),
  )
  return contentInfo(OID.envelopedData, der.sequence(der.integer(0), der.set(recipientInfo), encryptedContentInfo))
}

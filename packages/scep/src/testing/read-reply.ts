import { constants, createDecipheriv, createPublicKey, type KeyObject, privateDecrypt, verify } from 'node:crypto'
import { type Element, readElement, TAG, value } from '@chancery/pki'
import { sha } from './raw-certificate.ts'

/** A CertRep taken apart by hand, as a second opinion about what sealReply writes. */
export interface RawReply {
  readonly version: number
  readonly certificates: readonly Buffer[]
  readonly encapsulated: Element
  readonly eContent: Buffer | undefined
  readonly attributes: ReadonlyMap<string, Element>
  readonly attributeOrder: readonly Buffer[]
  readonly digestOid: string
  readonly signatureAlgorithm: Element
  readonly sid: Buffer
  readonly signedAttributes: Buffer
  readonly signature: Buffer
}

export function readReply(bytes: Buffer): RawReply {
  const [, explicit] = readElement(bytes).children as [Element, Element]
  const [signedData] = explicit.children as [Element]
  const [version, , encapsulated, certificates, signerInfos] = signedData.children as Element[]
  const [signer] = (signerInfos as Element).children as [Element]
  const [, sid, digest, attributes, signatureAlgorithm, signature] = signer.children as Element[]
  const list = (attributes as Element).children
  const signedAttributes = Buffer.from((attributes as Element).bytes)
  signedAttributes[0] = 0x31
  return {
    version: value.smallInteger(version, 'version'),
    certificates: (certificates as Element).children.map((child) => child.bytes),
    encapsulated: encapsulated as Element,
    eContent: encapsulated?.children[1]?.children[0]?.content,
    attributes: new Map(
      list.map((attribute) => {
        const values = (attribute.children[1] as Element).children
        if (values.length !== 1) throw new Error('not one value')
        return [value.oidValue(attribute.children[0], 'type'), values[0] as Element]
      }),
    ),
    attributeOrder: list.map((attribute) => attribute.bytes),
    digestOid: value.oidValue((digest as Element).children[0], 'digest'),
    signatureAlgorithm: signatureAlgorithm as Element,
    sid: (sid as Element).bytes,
    signedAttributes,
    signature: (signature as Element).content,
  }
}

export const scepAttribute = (reply: RawReply, number: number): Element | undefined =>
  reply.attributes.get(`2.16.840.1.113733.1.9.${number}`)

export function signatureIsRight(reply: RawReply, spki: Buffer, digest: string): boolean {
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const messageDigest = reply.attributes.get('1.2.840.113549.1.9.4')?.content
  return (
    verify(digest, reply.signedAttributes, key, reply.signature) &&
    messageDigest?.equals(sha(digest, reply.eContent ?? Buffer.alloc(0))) === true
  )
}

export interface RawEnvelope {
  readonly version: number
  readonly recipients: readonly Element[]
  readonly rid: Buffer
  readonly keyEncryption: Element
  readonly cipherOid: string
  readonly content: Buffer
}

/** Opens an envelope of AES or 3DES with a private key. */
export function openRawEnvelope(eContent: Buffer, key: KeyObject, oaep = false): RawEnvelope {
  const enveloped = readElement(eContent).children[1]?.children[0] as Element
  const [version, recipientInfos, encrypted] = enveloped.children as Element[]
  const [recipient] = (recipientInfos as Element).children as [Element]
  const [, rid, keyEncryption, encryptedKey] = recipient.children as Element[]
  const [, cipher, content] = (encrypted as Element).children as Element[]
  const cipherOid = value.oidValue((cipher as Element).children[0], 'cipher')
  const padding = oaep ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING
  const contentKey = privateDecrypt({ key, padding }, (encryptedKey as Element).content)
  const name = cipherOid === '1.2.840.113549.3.7' ? 'des-ede3-cbc' : `aes-${contentKey.length * 8}-cbc`
  const decryption = createDecipheriv(name, contentKey, (cipher as Element).children[1]?.content as Buffer)
  if (content?.tag !== 0x80) throw new Error('encryptedContent is not primitive')
  return {
    version: value.smallInteger(version, 'version'),
    recipients: (recipientInfos as Element).children,
    rid: (rid as Element).bytes,
    keyEncryption: keyEncryption as Element,
    cipherOid,
    content: Buffer.concat([decryption.update(content.content), decryption.final()]),
  }
}

/** Certificates of a degenerate SignedData, after its form was checked (S-3.3.2.1-01). */
export function readCertsOnly(bytes: Buffer): Buffer[] {
  const signedData = readElement(bytes).children[1]?.children[0] as Element
  const [version, digests, encapsulated, certificates, signers] = signedData.children as Element[]
  if (value.smallInteger(version, 'version') !== 1 || digests?.children.length || signers?.children.length) {
    throw new Error('not degenerate')
  }
  if (encapsulated?.children.length !== 1 || signers?.tag !== TAG.set) throw new Error('content in it')
  return (certificates as Element).children.map((child) => child.bytes)
}

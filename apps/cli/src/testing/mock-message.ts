import { type KeyObject, randomBytes } from 'node:crypto'
import {
  buildEnvelopedData,
  buildSignedData,
  type Certificate,
  decryptContent,
  der,
  digestByOid,
  keyTransportOf,
  openPasswordRecipient,
  parseCertificate,
  parseEnvelopedData,
  parseSignedData,
  type SignatureScheme,
  signatureSchemeOf,
  softwareDecryptionKey,
  softwareSigningKey,
  verifySignerInfo,
} from '@chancery/pki'

/** For tests: a message of any type, opened by hand and not by the code of a server. */
export interface MockMessage {
  readonly messageType: string
  readonly transactionId: string
  readonly senderNonce: Buffer
  readonly hasRecipientNonce: boolean
  readonly signer: Certificate
  readonly content: Buffer
  /** Under which password it came; undefined: encrypted to the key of the server. */
  readonly password: string | undefined
}

export interface MockIdentity {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

const attribute = (number: number): string => `2.16.840.1.113733.1.9.${number}`

export async function openMessage(
  bytes: Buffer,
  recipient: MockIdentity,
  passwords: readonly string[],
): Promise<MockMessage> {
  const { signerInfos, certificates, eContent } = parseSignedData(bytes)
  const [signerInfo] = signerInfos
  const [signer] = certificates.map((one) => parseCertificate(one))
  if (signerInfo === undefined || signer === undefined) throw new Error('nobody signed it')
  const digest = digestByOid(signerInfo.digestAlgorithm.oid)?.name
  const scheme = signatureSchemeOf(signerInfo.signatureAlgorithm, signer.publicKey, digest)
  if (scheme === undefined || !verifySignerInfo(signerInfo, signer.publicKey, scheme))
    throw new Error('wrong signature')
  const values = (number: number) =>
    (signerInfo.signedAttributes ?? []).find(({ oid }) => oid === attribute(number))?.values[0]?.content
  return {
    messageType: String(values(2)),
    transactionId: String(values(7)),
    senderNonce: values(5) as Buffer,
    hasRecipientNonce: values(6) !== undefined,
    signer,
    ...(await decrypt(eContent as Buffer, recipient, passwords)),
  }
}

async function decrypt(
  eContent: Buffer,
  { privateKey }: MockIdentity,
  passwords: readonly string[],
): Promise<{ content: Buffer; password: string | undefined }> {
  const envelope = parseEnvelopedData(eContent)
  const [recipient] = envelope.recipientInfos
  if (recipient?.kind === 'keyTransport') {
    const transport = keyTransportOf(recipient.keyEncryption)
    if (transport === undefined) throw new Error('unknown key transport')
    const key = await softwareDecryptionKey(privateKey).decrypt(recipient.encryptedKey, transport)
    return { content: decryptContent(envelope, key) as Buffer, password: undefined }
  }
  if (recipient?.kind !== 'password') throw new Error('no recipient of SCEP')
  for (const password of passwords) {
    const key = await openPasswordRecipient(recipient, password)
    if (key !== undefined) return { content: decryptContent(envelope, key) as Buffer, password }
  }
  throw new Error('no password of ours opens it')
}

export type MockReply =
  | { readonly status: 'PENDING' }
  | { readonly status: 'FAILURE'; readonly failInfo: string }
  /** A certs-only or CRL-only message. */
  | { readonly status: 'SUCCESS'; readonly content: Buffer }

const STATUS = { SUCCESS: '0', FAILURE: '2', PENDING: '3' } as const

/** A CertRep, its content for the signer of the request: under the password if one is given, whatever the key. */
export async function sealMockReply(
  reply: MockReply,
  to: MockMessage,
  by: MockIdentity,
  password?: string,
): Promise<Buffer> {
  const scheme = schemeOf(by)
  const text = (number: number, value: string) =>
    der.sequence(der.oid(attribute(number)), der.set(der.printableString(value)))
  const nonce = (number: number, value: Buffer) =>
    der.sequence(der.oid(attribute(number)), der.set(der.octetString(value)))
  return buildSignedData({
    ...(reply.status === 'SUCCESS' && { eContent: envelope(reply.content, to, password) }),
    digest: 'sha256',
    signer: { certificate: by.certificate, key: softwareSigningKey(by.privateKey), scheme },
    attributes: [
      text(2, '3'),
      text(3, STATUS[reply.status]),
      text(7, to.transactionId),
      nonce(5, randomBytes(16)),
      nonce(6, to.senderNonce),
      ...(reply.status === 'FAILURE' ? [text(4, reply.failInfo)] : []),
    ],
    certificates: [by.certificate.der],
  })
}

function envelope(content: Buffer, { signer }: MockMessage, password: string | undefined): Buffer {
  const recipient =
    password === undefined
      ? ({ certificate: signer, transport: { scheme: 'rsa-pkcs1' } } as const)
      : { password, iterations: 1000 }
  return buildEnvelopedData({ content, encryption: 'aes-128-cbc', recipient })
}

export function schemeOf({ privateKey }: Pick<MockIdentity, 'privateKey'>): SignatureScheme {
  return privateKey.asymmetricKeyType === 'ec'
    ? { key: 'ec', digest: 'sha256' }
    : { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }
}

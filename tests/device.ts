import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import {
  buildCertificationRequest,
  buildEnvelopedData,
  buildSignedData,
  buildSubjectAltName,
  type Certificate,
  type ContentEncryptionName,
  type DecryptionKey,
  type DigestName,
  der,
  type GeneralName,
  nameFromText,
  type PublicKeyInfo,
  type SignatureScheme,
  type SigningKey,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import {
  MESSAGE_TYPE,
  openReply,
  parseCaCertificates,
  type RecipientOptions,
  type Reply,
  type SealedRequest,
  sealRequest,
  selectRecipient,
  selfSignedSigner,
  type TransactionId,
} from '@chancery/scep'
import { nonceAttribute, printableAttribute } from '../packages/scep/src/attribute-write.ts'

/** A device of the tests: a key, and the certificate it made for itself. */
export interface Device {
  readonly key: SigningKey
  readonly decryption: DecryptionKey
  readonly certificate: Certificate
}

/** What GetCACert published. */
export interface PublishedCa {
  readonly certificates: readonly Certificate[]
  readonly recipient: Certificate
}

/** One request, made once and sent as often as a test likes. */
export interface Enrolment extends SealedRequest {
  readonly device: Device
  /** Where it is not the signer's. */
  readonly csrKey?: PublicKeyInfo
}

export interface SealedEnrolment extends Enrolment {
  /** PKCS#10, DER. */
  readonly csr: Buffer
}

export interface EnrolmentOptions {
  readonly messageType?: 'PKCSReq' | 'RenewalReq'
  /** Of the request, where it is not the signer's. */
  readonly newKey?: SigningKey
  readonly names?: readonly GeneralName[]
  /** DER, beside that of the names. */
  readonly extensions?: readonly Buffer[]
  readonly subject?: string
  readonly challenge?: string
  readonly transactionId?: string
  readonly digest?: DigestName
  readonly contentEncryption?: ContentEncryptionName
}

export const PROFILE_PATH = '/api/v1/protocols/scep/default/pkiclient.exe'

const newKey = promisify(generateKeyPair)

export async function newDevice(name = 'CN=device'): Promise<Device> {
  const { privateKey } = await newKey('rsa', { modulusLength: 2048 })
  const key = softwareSigningKey(privateKey)
  const certificate = await selfSignedSigner(nameFromText(name), key, new Date())
  return { key, decryption: softwareDecryptionKey(privateKey), certificate }
}

/** A few keys serve for many devices: making one takes longer than a hundred enrolments. */
export function newDevices(count: number): Promise<Device[]> {
  return Promise.all(Array.from({ length: count }, () => newDevice()))
}

export async function fetchCa(url: string, path = PROFILE_PATH, options: RecipientOptions = {}): Promise<PublishedCa> {
  const answer = await fetch(`${url}${path}?operation=GetCACert`)
  const body = Buffer.from(await answer.arrayBuffer())
  const certificates = parseCaCertificates(body, answer.headers.get('content-type') ?? '')
  return { certificates, recipient: selectRecipient(certificates, options) }
}

export async function sealEnrolment(
  device: Device,
  ca: PublishedCa,
  options: EnrolmentOptions,
): Promise<SealedEnrolment> {
  const key = options.newKey ?? device.key
  const csr = await buildCertificationRequest({
    subject: nameFromText(options.subject ?? 'CN=device'),
    key,
    extensions: [
      ...(options.names === undefined ? [] : [buildSubjectAltName(options.names, false)]),
      ...(options.extensions ?? []),
    ],
    ...(options.challenge === undefined ? {} : { challengePassword: options.challenge }),
  })
  const sealed = await sealRequest({
    messageType: options.messageType ?? 'PKCSReq',
    csr,
    ...(options.transactionId === undefined ? {} : { transactionId: options.transactionId as TransactionId }),
    nonce: randomBytes(16),
    signer: { certificate: device.certificate, key: device.key },
    recipient: ca.recipient,
    digest: options.digest ?? 'sha256',
    contentEncryption: options.contentEncryption ?? 'aes-128-cbc',
  })
  return { ...sealed, device, csr, csrKey: key.publicKey }
}

/** A poll (RFC 8894 §3.3.3) for what `enrolment` asked, signed like that unless another device is given. */
export async function sealPoll(enrolment: Enrolment, ca: PublishedCa, options: PollOptions = {}): Promise<Enrolment> {
  const { device = enrolment.device, transactionId = enrolment.transactionId } = options
  const senderNonce = randomBytes(16)
  const names = der.sequence(ca.recipient.issuer.der, device.certificate.subject.der)
  const message = await buildSignedData({
    eContent: buildEnvelopedData({
      content: options.content ?? names,
      encryption: 'aes-128-cbc',
      recipient: { certificate: ca.recipient, transport: { scheme: 'rsa-pkcs1' } },
    }),
    digest: 'sha256',
    signer: { certificate: device.certificate, key: device.key, scheme: RSA_SHA256 },
    attributes: [
      printableAttribute('messageType', MESSAGE_TYPE.CertPoll),
      printableAttribute('transactionId', transactionId),
      nonceAttribute('senderNonce', senderNonce),
    ],
    certificates: [device.certificate.der],
  })
  return { message, transactionId: transactionId as TransactionId, senderNonce, device }
}

export interface PollOptions {
  readonly device?: Device
  readonly transactionId?: string
  /** In the place of IssuerAndSubject. */
  readonly content?: Buffer
}

const RSA_SHA256: SignatureScheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }

/** Sends a message by POST. @throws when there is no HTTP 200 with a pkiMessage */
export async function post(url: string, message: Buffer, path = PROFILE_PATH): Promise<Buffer> {
  const answer = await fetch(`${url}${path}?operation=PKIOperation`, { method: 'POST', body: Uint8Array.from(message) })
  const body = Buffer.from(await answer.arrayBuffer())
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status} ${body.toString('latin1', 0, 200)}`)
  return body
}

/** Reads a reply as the device would: signature, transactionID, nonce, content. */
export function read(enrolment: Enrolment, reply: Buffer, ca: PublishedCa): Promise<Reply> {
  const { device, transactionId, senderNonce, csrKey = device.key.publicKey } = enrolment
  return openReply(reply, {
    transactionId,
    senderNonce,
    trusted: ca.certificates,
    issuers: ca.certificates,
    decryption: device.decryption,
    csrKey,
  })
}

/** Sends and reads. */
export async function enrol(url: string, enrolment: Enrolment, ca: PublishedCa, path?: string): Promise<Reply> {
  return read(enrolment, await post(url, enrolment.message, path), ca)
}

/** The certificate of a reply that must be one. */
export function certificateOf(reply: Reply): Certificate {
  if (reply.status !== 'SUCCESS') throw new Error(`expected a certificate, got ${JSON.stringify(reply)}`)
  return reply.certificate
}

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { der, parseCertificate } from '@chancery/pki'
import { must } from '../command.ts'
import { assembleMessage, signedAttributes } from '../hand-made.ts'

/**
 * A message that the openssl command makes: key, request, self-signed certificate, envelope, digest and signature. Its
 * `cms -sign` has no option for SCEP's attributes, so the attributes and the outermost structure are written by hand.
 */
export interface OpensslMessage {
  readonly folder: string
  /** Who signed it, and to whom the reply is enveloped. */
  readonly signer: OpensslSigner
  readonly transactionId: string
  readonly senderNonce: Buffer
  /** DER. */
  readonly message: Buffer
}

/** PEM files. */
export interface OpensslSigner {
  readonly certificate: string
  readonly key: string
}

interface MessageOptions {
  readonly folder: string
  /** PEM file with the certificate to encrypt to. */
  readonly recipient: string
  readonly cipher?: string
  readonly digest?: keyof typeof DIGEST_OID
  readonly transactionId?: string
  /** Certificate to renew; else a self-signed one, `signer.pem`, with `key.pem`. */
  readonly signer?: OpensslSigner
}

export interface OpensslMessageOptions extends MessageOptions {
  /** `CN=x` becomes `/CN=x`. */
  readonly commonName: string
  /** Left out in a renewal. */
  readonly challenge?: string
  /** Default: PKCSReq. */
  readonly messageType?: string
  /** Of the self-signed certificate. */
  readonly serial?: Buffer
}

/** An enrolment, for a new key in `key.pem`. */
export async function opensslMessage(options: OpensslMessageOptions): Promise<OpensslMessage> {
  const { folder, commonName, challenge, messageType = '19', digest = 'sha256' } = options
  const at = (name: string) => join(folder, name)
  writeFileSync(at('request.cnf'), requestSettings(commonName, challenge))
  await must('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', at('key.pem')])
  const request = ['req', '-new', '-config', at('request.cnf'), '-key', at('key.pem'), `-${digest}`]
  await must('openssl', [...request, '-outform', 'DER', '-out', at('request.der')])
  if (options.signer === undefined) {
    const serial = options.serial === undefined ? [] : ['-set_serial', `0x${options.serial.toString('hex')}`]
    await must('openssl', [...request, '-x509', '-days', '2', ...serial, '-out', at('signer.pem')])
  }
  return sealWithOpenssl({ ...options, name: 'request.der', messageType })
}

export interface OpensslContent extends MessageOptions {
  /** File in the folder. */
  readonly name: string
  readonly messageType: string
}

/** Encrypts and signs what is in a file. */
export async function sealWithOpenssl(content: OpensslContent): Promise<OpensslMessage> {
  const { folder, name, messageType, recipient, cipher = 'aes-128-cbc', digest = 'sha256' } = content
  const at = (file: string) => join(folder, file)
  const signer = content.signer ?? { certificate: at('signer.pem'), key: at('key.pem') }
  const encrypt = ['cms', '-encrypt', '-binary', `-${cipher}`, '-outform', 'DER', '-in', at(name)]
  await must('openssl', [...encrypt, '-out', at('envelope.der'), recipient])
  const messageDigest = await must('openssl', ['dgst', `-${digest}`, '-binary', at('envelope.der')])

  const envelope = readFileSync(at('envelope.der'))
  const { transactionId = randomBytes(16).toString('hex').toUpperCase() } = content
  const senderNonce = randomBytes(16)
  const attributes = signedAttributes(envelope, { messageType, transactionId, senderNonce }, messageDigest)
  writeFileSync(at('attributes.der'), attributes)
  const signature = await must('openssl', ['dgst', `-${digest}`, '-sign', signer.key, at('attributes.der')])
  const certificate = await must('openssl', ['x509', '-in', signer.certificate, '-outform', 'DER'])
  const message = assembleMessage(envelope, parseCertificate(certificate), attributes, signature, DIGEST_OID[digest])
  writeFileSync(at('message.der'), message)
  return { folder, signer, transactionId, senderNonce, message }
}

/** A CertPoll (RFC 8894 §3.3.3) after a message, by the same signer. */
export async function opensslPoll(made: OpensslMessage, caFile: string, recipient: string): Promise<OpensslMessage> {
  const read = async (file: string) => parseCertificate(await must('openssl', ['x509', '-in', file, '-outform', 'DER']))
  const [ca, signer] = [await read(caFile), await read(made.signer.certificate)]
  const name = 'names.der'
  writeFileSync(join(made.folder, name), der.sequence(ca.subject.der, signer.subject.der))
  const { folder, transactionId, signer: by } = made
  return sealWithOpenssl({ folder, transactionId, signer: by, name, messageType: '20', recipient })
}

/** Opens a SUCCESS with nothing but the openssl command. @returns the file with the certificate, PEM */
export async function openWithOpenssl(message: OpensslMessage, reply: Buffer, caFile: string): Promise<string> {
  const path = join(message.folder, 'cert.pem')
  writeFileSync(path, await readWithOpenssl(message, reply, caFile))
  return path
}

/** What a SUCCESS delivers, certificates and CRLs, in text and PEM. */
export async function readWithOpenssl(
  { folder, signer }: OpensslMessage,
  reply: Buffer,
  caFile: string,
): Promise<Buffer> {
  const at = (name: string) => join(folder, name)
  writeFileSync(at('reply.der'), reply)
  const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('reply.der'), '-purpose', 'any']
  await must('openssl', [...verify, '-CAfile', caFile, '-out', at('reply-envelope.der')])
  const decrypt = ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', at('reply-envelope.der')]
  await must('openssl', [...decrypt, '-recip', signer.certificate, '-inkey', signer.key, '-out', at('certs.p7b')])
  return must('openssl', ['pkcs7', '-inform', 'DER', '-in', at('certs.p7b'), '-print_certs'])
}

const DIGEST_OID = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

const requestSettings = (commonName: string, challenge: string | undefined) => `[req]
prompt = no
distinguished_name = subject
attributes = attributes
string_mask = utf8only
[subject]
O = Interop
CN = ${commonName}
[attributes]
${challenge === undefined ? '' : `challengePassword = ${challenge}`}
`

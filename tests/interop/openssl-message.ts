import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCertificate } from '@chancery/pki'
import { must } from '../command.ts'
import { assembleMessage, signedAttributes } from '../hand-made.ts'

/**
 * A PKCSReq that the openssl command makes: key, request, self-signed certificate, envelope, digest and signature. Its
 * `cms -sign` has no option for SCEP's attributes, so the attributes and the outermost structure are written by hand.
 */
export interface OpensslMessage {
  readonly folder: string
  readonly transactionId: string
  readonly senderNonce: Buffer
  /** DER. */
  readonly message: Buffer
}

export interface OpensslMessageOptions {
  readonly folder: string
  /** `CN=x` becomes `/CN=x`. */
  readonly commonName: string
  readonly challenge: string
  /** PEM file with the certificate to encrypt to. */
  readonly recipient: string
  readonly cipher?: string
}

export async function opensslMessage(options: OpensslMessageOptions): Promise<OpensslMessage> {
  const { folder, commonName, challenge, recipient, cipher = 'aes-128-cbc' } = options
  const at = (name: string) => join(folder, name)
  writeFileSync(at('request.cnf'), requestSettings(commonName, challenge))
  await must('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', at('key.pem')])
  const request = ['req', '-new', '-config', at('request.cnf'), '-key', at('key.pem')]
  await must('openssl', [...request, '-outform', 'DER', '-out', at('request.der')])
  await must('openssl', [...request, '-x509', '-days', '2', '-outform', 'DER', '-out', at('signer.der')])
  await must('openssl', ['x509', '-inform', 'DER', '-in', at('signer.der'), '-out', at('signer.pem')])
  return sealWithOpenssl({ folder, name: 'request.der', messageType: '19', recipient, cipher })
}

export interface OpensslContent extends Pick<OpensslMessageOptions, 'folder' | 'recipient' | 'cipher'> {
  /** File in the folder, which has key and signer's certificate already. */
  readonly name: string
  readonly messageType: string
}

/** Encrypts and signs what is in a file. */
export async function sealWithOpenssl(content: OpensslContent): Promise<OpensslMessage> {
  const { folder, name, messageType, recipient, cipher = 'aes-128-cbc' } = content
  const at = (file: string) => join(folder, file)
  const encrypt = ['cms', '-encrypt', '-binary', `-${cipher}`, '-outform', 'DER', '-in', at(name)]
  await must('openssl', [...encrypt, '-out', at('envelope.der'), recipient])
  const messageDigest = await must('openssl', ['dgst', '-sha256', '-binary', at('envelope.der')])

  const envelope = readFileSync(at('envelope.der'))
  const transactionId = randomBytes(16).toString('hex').toUpperCase()
  const senderNonce = randomBytes(16)
  const attributes = signedAttributes(envelope, { messageType, transactionId, senderNonce }, messageDigest)
  writeFileSync(at('attributes.der'), attributes)
  const signature = await must('openssl', ['dgst', '-sha256', '-sign', at('key.pem'), at('attributes.der')])
  const message = assembleMessage(envelope, parseCertificate(readFileSync(at('signer.der'))), attributes, signature)
  writeFileSync(at('message.der'), message)
  return { folder, transactionId, senderNonce, message }
}

/** Opens a SUCCESS with nothing but the openssl command. @returns the file with the certificate, PEM */
export async function openWithOpenssl(message: OpensslMessage, reply: Buffer, caFile: string): Promise<string> {
  const path = join(message.folder, 'cert.pem')
  writeFileSync(path, await readWithOpenssl(message, reply, caFile))
  return path
}

/** What a SUCCESS delivers, certificates and CRLs, in text and PEM. */
export async function readWithOpenssl({ folder }: OpensslMessage, reply: Buffer, caFile: string): Promise<Buffer> {
  const at = (name: string) => join(folder, name)
  writeFileSync(at('reply.der'), reply)
  const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('reply.der'), '-purpose', 'any']
  await must('openssl', [...verify, '-CAfile', caFile, '-out', at('reply-envelope.der')])
  const decrypt = ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', at('reply-envelope.der')]
  await must('openssl', [...decrypt, '-recip', at('signer.pem'), '-inkey', at('key.pem'), '-out', at('certs.p7b')])
  return must('openssl', ['pkcs7', '-inform', 'DER', '-in', at('certs.p7b'), '-print_certs'])
}

const requestSettings = (commonName: string, challenge: string) => `[req]
prompt = no
distinguished_name = subject
attributes = attributes
string_mask = utf8only
[subject]
O = Interop
CN = ${commonName}
[attributes]
challengePassword = ${challenge}
`

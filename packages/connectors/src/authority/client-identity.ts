import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import {
  type Certificate,
  type DecryptionKey,
  decodePem,
  nameFromText,
  parseCertificate,
  publicKeyInfoOf,
  type SigningKey,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import type { ScepSettings } from './scep-settings.ts'
import { UpstreamError } from './upstream-error.ts'

/** Who passes requests on: its key signs them, and opens the replies. */
export interface ClientIdentity {
  readonly certificate: Certificate
  readonly key: SigningKey
  readonly decryption: DecryptionKey
  readonly pkcs8: Buffer
}

/** @throws {UpstreamError} when key and certificate are none that can be used together */
export async function clientIdentity(
  { clientKey, clientCertificate }: Pick<ScepSettings, 'clientKey' | 'clientCertificate'>,
  now: Date,
): Promise<ClientIdentity> {
  const key = importedKey(clientKey)
  const identity = identityOf(key.export({ type: 'pkcs8', format: 'der' }))
  if (clientCertificate === undefined) {
    return { ...identity, certificate: await selfSignedSigner(nameFromText('CN=Chancery RA'), identity.key, now) }
  }
  const [der] = decodePem(clientCertificate)
  if (der === undefined) throw unusable('The client certificate is no certificate in PEM.')
  const certificate = parseCertificate(der)
  if (!certificate.publicKey.digest().equals(publicKeyInfoOf(key).digest())) {
    throw unusable('The client key is not the key of the client certificate.')
  }
  return { ...identity, certificate }
}

/** The same with a key that was remembered. */
export function identityOf(pkcs8: Buffer): Omit<ClientIdentity, 'certificate'> {
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return { key: softwareSigningKey(key), decryption: softwareDecryptionKey(key), pkcs8 }
}

/** PKCS #8, DER. RSA: replies are encrypted to it. */
export async function newClientKey(): Promise<Buffer> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

function importedKey(pem: string | undefined): KeyObject {
  if (pem === undefined) throw unusable('The authority has no client key.')
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch (cause) {
    throw unusable('The client key cannot be read.', cause)
  }
  throw unusable('The client key is no RSA key: replies are encrypted to it.')
}

function unusable(sentence: string, cause?: unknown): UpstreamError {
  return new UpstreamError('ERR_UPSTREAM_CA', sentence, { cause })
}

import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import {
  type Certificate,
  type DecryptionKey,
  type Name,
  nameFromText,
  type SigningKey,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { selfSignedSigner } from '../client/self-signed-signer.ts'

/** A key of the probe, and the certificate with which it signs. */
export interface Identity {
  readonly subject: Name
  readonly privateKey: KeyObject
  readonly key: SigningKey
  readonly decryption: DecryptionKey
  readonly certificate: Certificate
}

const newKey = promisify(generateKeyPair)

/** RSA-2048, which every server takes. */
export async function newIdentity(subject: string, now: Date): Promise<Identity> {
  const { privateKey } = await newKey('rsa', { modulusLength: 2048 })
  const key = softwareSigningKey(privateKey)
  const name = nameFromText(subject)
  const certificate = await selfSignedSigner(name, key, now)
  return { subject: name, privateKey, key, decryption: softwareDecryptionKey(privateKey), certificate }
}

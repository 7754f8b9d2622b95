import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type DecryptionKey, type SigningKey, softwareDecryptionKey, softwareSigningKey } from '@chancery/pki'

export const KEY_KINDS = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'P-256', 'P-384', 'ed25519'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

export interface DeviceKey {
  readonly signing: SigningKey
  /** Of an RSA key. */
  readonly decryption: DecryptionKey | undefined
}

const generate = promisify(generateKeyPair)

/** Takes a while for RSA: tests with many devices make a few and hand them on. */
export async function newDeviceKey(kind: KeyKind = 'rsa-2048'): Promise<DeviceKey> {
  const privateKey = await newPrivateKey(kind)
  return {
    signing: softwareSigningKey(privateKey),
    decryption: kind.startsWith('rsa') ? softwareDecryptionKey(privateKey) : undefined,
  }
}

async function newPrivateKey(kind: KeyKind): Promise<KeyObject> {
  if (kind === 'ed25519') return (await generate('ed25519', {})).privateKey
  if (kind.startsWith('P-')) return (await generate('ec', { namedCurve: kind })).privateKey
  return (await generate('rsa', { modulusLength: Number(kind.slice('rsa-'.length)) })).privateKey
}

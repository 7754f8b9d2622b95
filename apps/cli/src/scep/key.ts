import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Certificate } from '@chancery/pki'

/** RSA only: nothing else can open the reply (RFC 8894 §3.1). */
export const KEY_TYPES: Readonly<Record<string, number>> = { 'rsa-2048': 2048, 'rsa-3072': 3072, 'rsa-4096': 4096 }

const generate = promisify(generateKeyPair)

export async function newPrivateKey(keyType: string): Promise<KeyObject> {
  const { privateKey } = await generate('rsa', { modulusLength: KEY_TYPES[keyType] as number })
  return privateKey
}

/** The type of a key, or the next better one that we make. */
export function keyTypeLike({ asymmetricKeyDetails }: KeyObject): string {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  const types = Object.keys(KEY_TYPES)
  return types.find((type) => (KEY_TYPES[type] as number) >= bits) ?? (types.at(-1) as string)
}

export function privateKeyToPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}

export function privateKeyFromPem(pem: string): KeyObject {
  return createPrivateKey(pem)
}

export function isKeyOf(privateKey: KeyObject, certificate: Certificate): boolean {
  return createPublicKey(privateKey).equals(certificate.publicKey.keyObject())
}

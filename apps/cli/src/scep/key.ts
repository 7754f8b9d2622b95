import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Certificate } from '@chancery/pki'

const generate = promisify(generateKeyPair)
const rsa = (modulusLength: number) => () => generate('rsa', { modulusLength })
const ec = (namedCurve: string) => () => generate('ec', { namedCurve })

/** Keys that we make. Only RSA keys open what is encrypted to them; the others need a challenge (RFC 8894 §3.1). */
export const KEY_TYPES: Readonly<Record<string, () => Promise<{ privateKey: KeyObject }>>> = {
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
  'p-256': ec('P-256'),
  'p-384': ec('P-384'),
  'p-521': ec('P-521'),
  ed25519: () => generate('ed25519'),
}

export async function newPrivateKey(keyType: string): Promise<KeyObject> {
  const make = KEY_TYPES[keyType]
  if (make === undefined) throw new TypeError(`no such type of key: ${keyType}`)
  return (await make()).privateKey
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'p-256', secp384r1: 'p-384', secp521r1: 'p-521' }
const RSA_BITS = [2048, 3072, 4096]

/** The type of a key, or the next better one that we make. */
export function keyTypeLike({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  if (asymmetricKeyType === 'ed25519') return 'ed25519'
  if (asymmetricKeyType === 'ec') return CURVES[asymmetricKeyDetails.namedCurve ?? ''] ?? 'p-521'
  const bits = asymmetricKeyDetails.modulusLength ?? 0
  return `rsa-${RSA_BITS.find((made) => made >= bits) ?? 4096}`
}

/** Whether it can sign a message of SCEP: a key of a type and curve that we know. */
export function canSign({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  if (asymmetricKeyType === 'ec') return (asymmetricKeyDetails.namedCurve ?? '') in CURVES
  return asymmetricKeyType === 'rsa' || asymmetricKeyType === 'ed25519'
}

export function canDecrypt({ asymmetricKeyType }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa'
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

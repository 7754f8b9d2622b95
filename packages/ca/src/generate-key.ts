import { generateKeyPair, type KeyObject } from 'node:crypto'
import type { PublicKeyInfo } from '@chancery/pki'

/** The keys that a CA or an RA may have here. */
export const KEY_KINDS = {
  'rsa-2048': { type: 'rsa', bits: 2048 },
  'rsa-3072': { type: 'rsa', bits: 3072 },
  'rsa-4096': { type: 'rsa', bits: 4096 },
  'p-256': { type: 'ec', curve: 'P-256' },
  'p-384': { type: 'ec', curve: 'P-384' },
} as const satisfies Record<string, { type: 'rsa'; bits: number } | { type: 'ec'; curve: string }>

export type KeyKind = keyof typeof KEY_KINDS

/** A new private key. In a thread of its own: RSA-4096 takes a second, and a loop that serves must not stand still. */
export function generateKey(kind: KeyKind): Promise<KeyObject> {
  const row = KEY_KINDS[kind]
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject) =>
      error === null ? resolve(privateKey) : reject(error)
    if (row.type === 'rsa') generateKeyPair('rsa', { modulusLength: row.bits, publicExponent: 65537 }, done)
    else generateKeyPair('ec', { namedCurve: row.curve }, done)
  })
}

/** Undefined for a key that `generateKey` does not make. */
export function keyKindOf({ type, modulusBits, curve }: PublicKeyInfo): KeyKind | undefined {
  const kinds = Object.entries(KEY_KINDS) as [KeyKind, (typeof KEY_KINDS)[KeyKind]][]
  const found = kinds.find(([, row]) =>
    row.type === 'rsa' ? type === 'rsa' && modulusBits === row.bits : type === 'ec' && curve === row.curve,
  )
  return found?.[0]
}

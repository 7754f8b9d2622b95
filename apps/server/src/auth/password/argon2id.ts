import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@chancery/scep'

/** Makes and checks what is kept of a password. */
export interface PasswordHash {
  /** A PHC string. */
  make(password: Secret): Promise<string>
  /** @param kept undefined: there is nothing to compare with; it takes as long, and is wrong */
  isRight(password: Secret, kept: string | undefined): Promise<boolean>
}

interface Parameters {
  /** KiB. */
  readonly m: number
  readonly t: number
  readonly p: number
}

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. About 30 ms. */
const PRESENT: Parameters = { m: 19_456, t: 2, p: 1 }
const SALT_LENGTH = 16
const TAG_LENGTH = 32

export const ARGON2ID: PasswordHash = {
  async make(password) {
    const salt = randomBytes(SALT_LENGTH)
    return phcOf(PRESENT, salt, await derive(password, salt, PRESENT))
  },
  async isRight(password, kept = NOBODYS) {
    const { parameters, salt, tag } = readPhc(kept)
    return timingSafeEqual(await derive(password, salt, parameters), tag)
  },
}

/** No password leads to it. */
const NOBODYS = phcOf(PRESENT, randomBytes(SALT_LENGTH), randomBytes(TAG_LENGTH))

function derive(
  password: Secret,
  nonce: Buffer,
  { m: memory, t: passes, p: parallelism }: Parameters,
): Promise<Buffer> {
  // The same text may be typed in several ways (NIST SP 800-63B §3.1.1.2).
  const message = Buffer.from(password.reveal().normalize('NFC'), 'utf8')
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength: TAG_LENGTH }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function phcOf({ m, t, p }: Parameters, salt: Buffer, tag: Buffer): string {
  const text = (octets: Buffer) => octets.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${m},t=${t},p=${p}$${text(salt)}$${text(tag)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/

function readPhc(kept: string): { readonly parameters: Parameters; readonly salt: Buffer; readonly tag: Buffer } {
  const [, m, t, p, salt, tag] = PHC.exec(kept) ?? []
  if (salt === undefined || tag === undefined) throw new TypeError('what is kept of a password cannot be read')
  return {
    parameters: { m: Number(m), t: Number(t), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

import { generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto'

export interface AccessTokenClaims {
  readonly aud: string
  readonly iss: string
  readonly tid: string
  readonly appid: string
  readonly oid: string
  readonly roles?: readonly string[]
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  /** By which the log names the token. */
  readonly uti: string
}

/** Signs and reads access tokens; nobody else has the key. */
export class AccessTokens {
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  readonly keyId = randomUUID()

  get publicKey(): KeyObject {
    return this.#keys.publicKey
  }

  issue(claims: Omit<AccessTokenClaims, 'uti'>): string {
    const signed = [
      { alg: 'RS256', typ: 'JWT', kid: this.keyId },
      { ...claims, uti: randomUUID() },
    ]
      .map(encode)
      .join('.')
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`
  }

  /** Undefined for anything that it did not sign. Validity is not judged. */
  read(token: string): AccessTokenClaims | undefined {
    const [header = '', payload = '', signature = '', ...more] = token.split('.')
    if (more.length > 0) return undefined
    const signed = Buffer.from(`${header}.${payload}`)
    if (!verify('sha256', signed, this.#keys.publicKey, Buffer.from(signature, 'base64url'))) return undefined
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as AccessTokenClaims
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

import { constants, hash, sign } from 'node:crypto'
import type { IntuneRule } from '@chancery/ra'
import type { Credential } from './credential.ts'

export interface AssertionClaims {
  /** URL of the token endpoint. */
  readonly audience: string
  readonly applicationId: string
  /** Unique: Entra ID takes each one once. */
  readonly id: string
  readonly now: Date
}

/** Entra ID allows a clock to be wrong by five minutes. */
const VALID_SECONDS = 300

/** How the certificate is named in the header, and how is signed. */
const ALGORITHMS = {
  PS256: {
    named: (der: Buffer) => ({ 'x5t#S256': hash('sha256', der, 'base64url') }),
    padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  },
  RS256: {
    named: (der: Buffer) => ({ x5t: hash('sha1', der, 'base64url') }),
    padding: { padding: constants.RSA_PKCS1_PADDING },
  },
} as const satisfies Record<IntuneRule['assertionAlgorithm'], unknown>

/** A JWT with which an application proves that it has the key of its certificate (RFC 7523 §3). */
export function clientAssertion(
  { key, certificate, algorithm }: Extract<Credential, { kind: 'certificate' }>,
  { audience, applicationId, id, now }: AssertionClaims,
): string {
  const { named, padding } = ALGORITHMS[algorithm]
  const seconds = Math.floor(now.getTime() / 1000)
  const header = { alg: algorithm, typ: 'JWT', ...named(certificate) }
  const claims = {
    aud: audience,
    iss: applicationId,
    sub: applicationId,
    jti: id,
    nbf: seconds,
    iat: seconds,
    exp: seconds + VALID_SECONDS,
  }
  const signed = `${encoded(header)}.${encoded(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, ...padding }).toString('base64url')}`
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** How a caller shows its API token (RFC 9110 §11). */
export interface Scheme {
  /** Undefined: none was shown in this way. */
  tokenOf(authorization: string | undefined): string | undefined
  /** What to do about that. */
  readonly missing: string
  /** WWW-Authenticate where none was shown, and where one was refused. */
  readonly asks: string
  readonly refuses: string
}

/** RFC 6750. */
export const BEARER: Scheme = {
  tokenOf: (authorization) => /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1],
  missing: 'This needs an API token: send "Authorization: Bearer …".',
  asks: 'Bearer realm="chancery"',
  refuses: 'Bearer realm="chancery", error="invalid_token"',
}

const BASIC_CHALLENGE = 'Basic realm="chancery", charset="UTF-8"'

/** RFC 7617, for pages that device management systems read: any user name, the token as the password; or as a bearer. */
export const BASIC: Scheme = {
  tokenOf: (authorization) => basicToken(authorization) ?? BEARER.tokenOf(authorization),
  missing: 'This needs an API token: send it as the password of Basic authentication, with any user name.',
  asks: BASIC_CHALLENGE,
  refuses: BASIC_CHALLENGE,
}

/** The password of Basic authentication; undefined where there is none. */
export function basicToken(authorization: string | undefined): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  // A user name has no colon, a password may (RFC 7617 §2).
  return /^[^:]*:(\S+)$/.exec(Buffer.from(encoded, 'base64').toString('utf8'))?.[1]
}

/**
 * What `Authorization` says, with an API token that came as the password of HTTP Basic (RFC 7617) in the form in which it
 * is understood everywhere else. Whatever user name stands before it does not matter.
 */
export function bearerOf(authorization: string | undefined): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return authorization
  const credentials = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = credentials.indexOf(':')
  return colon === -1 ? undefined : `Bearer ${credentials.slice(colon + 1)}`
}

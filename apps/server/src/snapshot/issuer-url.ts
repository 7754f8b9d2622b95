import type { AuthorityRecord } from '@chancery/ra'

/** What the URLs of everything that an issuer publishes here begin with; undefined without a public URL. */
export function issuerUrl(
  publicUrl: string | undefined,
  { name }: Pick<AuthorityRecord, 'name'>,
  generation: number,
): string | undefined {
  return publicUrl === undefined ? undefined : `${plainHttp(publicUrl)}/pki/${name}/${generation}`
}

export function plainHttp(publicUrl: string): string {
  const url = new URL(publicUrl)
  // Setting the protocol would keep a port of HTTPS that no plain listener has.
  const host = url.protocol === 'https:' ? url.hostname : url.host
  return `http://${host}${url.pathname.replace(/\/$/, '')}`
}

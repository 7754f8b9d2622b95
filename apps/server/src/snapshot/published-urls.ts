import type { PublishedUrls } from '@chancery/connectors'

/**
 * Where the CRL and the certificate of an issuer are found, as its certificates say. Always plain HTTP: a client that
 * checks the certificate of an HTTPS server would need the CRL to get the CRL. Without a public URL nothing is said.
 */
export function publishedUrls(publicUrl: string | undefined, authority: string, generation: number): PublishedUrls {
  if (publicUrl === undefined) return {}
  const url = new URL(publicUrl)
  // Setting the protocol would keep a port of HTTPS that no plain listener has.
  const host = url.protocol === 'https:' ? url.hostname : url.host
  const base = `http://${host}${url.pathname.replace(/\/$/, '')}/pki/${authority}/${generation}`
  return { crlUrl: `${base}.crl`, caIssuersUrl: `${base}.crt` }
}

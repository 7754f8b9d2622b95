import { builtInSettings, type PublishedUrls } from '@chancery/connectors'
import type { AuthorityRecord } from '@chancery/ra'
import { crlUrls } from './crl-urls.ts'
import { plainHttp } from './issuer-url.ts'

/**
 * Where the CRL and the certificate of an issuer are found and OCSP is answered, as its certificates say: where the
 * authority's settings put them, else here. Always plain HTTP: a client that checks the certificate of an HTTPS server would
 * need the CRL to get the CRL. Without a public URL nothing is said.
 */
export function publishedUrls(
  publicUrl: string | undefined,
  authority: Pick<AuthorityRecord, 'name' | 'settings'>,
  generation: number,
): PublishedUrls {
  const { crlUrl, caIssuersUrl, ocspUrl, deltaCrlInCertificates } = builtInSettings(authority)
  const base = publicUrl === undefined ? undefined : plainHttp(publicUrl)
  const urlOf = (setting: string, path: string): string | undefined => {
    if (setting === 'off') return undefined
    if (setting !== 'auto') return setting.replaceAll('{generation}', String(generation))
    return base === undefined ? undefined : `${base}${path}`
  }
  const crl = urlOf(crlUrl, `/pki/${authority.name}/${generation}.crl`)
  const certificate = urlOf(caIssuersUrl, `/pki/${authority.name}/${generation}.crt`)
  // All generations answer at one address: a request names its issuer.
  const ocsp = urlOf(ocspUrl, `/ocsp/${authority.name}`)
  const delta = deltaCrlInCertificates ? crlUrls(publicUrl, authority, generation).delta : undefined
  return {
    ...(crl !== undefined && { crlUrl: crl }),
    ...(delta !== undefined && { freshestCrlUrl: delta }),
    ...(certificate !== undefined && { caIssuersUrl: certificate }),
    ...(ocsp !== undefined && { ocspUrl: ocsp }),
  }
}

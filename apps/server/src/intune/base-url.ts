import { isConfidential } from '@chancery/connectors'

/** Why a text is not where a bearer token may be asked for or sent; undefined: it may be. */
export function notABaseUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) return 'is no https URL'
  if (url.username !== '' || url.password !== '') return 'has a name or password in it'
  if (url.search !== '' || url.hash !== '') return 'has a query or a fragment'
  if (!isConfidential(url)) return 'is plain http, which is spoken to loopback only'
  return undefined
}

import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a page of another origin made the browser ask: it sends along the password that it knows for us, with an image
 * or a form as well. Programs send neither header; browsers that know no `Sec-Fetch-Site` name the origin of a form.
 */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin, host } = headers
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)
}

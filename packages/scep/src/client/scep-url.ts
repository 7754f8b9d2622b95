/** What Cisco's devices have always asked for, and the RFC's default (§4.1). */
const DEFAULT_PATH = '/cgi-bin/pkiclient.exe'

/** The URL of one operation of the server at a base URL; parameters that it has already are kept. */
export function scepUrl(base: string, operation: string, message?: Buffer): string {
  const url = new URL(base)
  if (url.pathname === '/') url.pathname = DEFAULT_PATH
  const kept = url.search.slice(1)
  // Base64 of RFC 4648 §4, then percent-escaped: `+` and `/` do not survive every server (S-4.1-05).
  const parameter = message === undefined ? [] : [`message=${encodeURIComponent(message.toString('base64'))}`]
  const query = [`operation=${operation}`, ...parameter, ...(kept === '' ? [] : [kept])].join('&')
  return `${url.origin}${url.pathname}?${query}`
}

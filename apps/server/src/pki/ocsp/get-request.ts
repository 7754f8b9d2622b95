import { OCSP_REQUEST_LIMITS } from '@chancery/pki'
import { decodeBase64 } from '@chancery/scep'

/** Base64 of the longest request that is read, each character of it escaped. */
const LONGEST = OCSP_REQUEST_LIMITS.bytes * 4

/**
 * The request in the path of a GET (RFC 6960 §A.1): base64, of which clients escape everything, something or nothing, so that
 * slashes of it look like segments. Taken from the raw URL: a router would decode it, and stumble over a stray percent sign.
 * @returns undefined for anything else
 */
export function requestInPath(url: string): Buffer | undefined {
  const [path = ''] = url.split('?', 1)
  // '/ocsp/{authority}/' stands before it.
  const text = path.slice(path.indexOf('/', '/ocsp/'.length) + 1)
  if (text.length > LONGEST) return undefined
  const plain = text.includes('%') ? text.replace(ESCAPE, unescape1) : text
  return decodeBase64(plain)
}

const ESCAPE = /%([0-9A-Fa-f]{2})/g

function unescape1(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}

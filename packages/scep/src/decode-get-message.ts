import { ScepError } from './scep-error.ts'

/**
 * The bytes in the `message` parameter of a GET, taken from the raw query: a form decoder would turn `+` into a blank.
 * Tolerates what clients really send (S-4.1-07): unescaped `+ / =` (macOS, jscep), `+` already turned into a blank
 * (iOS 11), line breaks (sscep, strongSwan), missing padding, the base64url alphabet (micromdm before 2026), escapes
 * of escapes.
 * @throws {ScepError} `not_base64` when nothing is there or anything else stands in it
 */
export function decodeGetMessage(rawQuery: string): Buffer {
  const raw = parameter(rawQuery, 'message')
  if (raw === undefined) throw new ScepError('not_base64', { detail: 'no message parameter' })
  const once = unescapePercent(raw)
  const bytes = decodeBase64(once) ?? decodeBase64(unescapePercent(once))
  if (bytes === undefined || bytes.length === 0) {
    throw new ScepError('not_base64', { detail: raw === '' ? 'the message parameter is empty' : 'not base64' })
  }
  return bytes
}

/** The first parameter of that name, of which there should be one; its name may have any case. */
function parameter(rawQuery: string, name: string): string | undefined {
  const query = rawQuery.startsWith('?') ? rawQuery.slice(1) : rawQuery
  for (const part of query.split('&')) {
    const equals = part.indexOf('=')
    if (equals !== -1 && part.slice(0, equals).toLowerCase() === name) return part.slice(equals + 1)
  }
  return undefined
}

/** Single-byte escapes only, and no error for a stray percent sign: base64 has no use for either. */
function unescapePercent(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/**
 * Base64 or base64url, complete or without padding.
 * @returns undefined for anything else: `Buffer.from` would skip it silently
 */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = text
    .replace(/[\r\n\t]+/g, '')
    .replace(/[ -]/g, '+')
    .replace(/_/g, '/')
  const digits = compact.replace(/={0,2}$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
  return Buffer.from(digits, 'base64')
}

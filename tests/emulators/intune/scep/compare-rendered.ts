import type { Rendered } from './challenge-book.ts'
import type { ReadRequest } from './read-request.ts'
import type { ScepCode } from './scep-code.ts'

/** The first thing in which a request is not what the profile rendered. What the profile does not speak of (the SID extension) is not looked at. */
export function compareRendered(rendered: Rendered, request: ReadRequest): ScepCode | undefined {
  if (rendered.subject !== null && request.subject.length === 0) return 'SubjectNameMissing'
  if (!sameList(attributesOf(rendered.subject ?? ''), request.subject)) return 'SubjectNameMismatch'
  if (rendered.san.length > 0 && request.san.length === 0) return 'SubjectAltNameMissing'
  if (!sameSet(rendered.san, request.san)) return 'SubjectAltNameMismatch'
  if (rendered.keyLength !== request.keyLength) return 'KeyLengthMismatch'
  if (rendered.keyUsage.length > 0 && !sameSet(rendered.keyUsage, request.keyUsage ?? [])) return 'KeyUsageMismatch'
  if (rendered.eku.length === 0) return undefined
  if (request.eku === undefined) return 'EnhancedKeyUsageMissing'
  return sameSet(rendered.eku, request.eku) ? undefined : 'EnhancedKeyUsageMismatch'
}

/** The attributes of RFC 4514 text in the order in which they are encoded, which is the reverse. */
export function attributesOf(text: string): string[] {
  const parts = text.match(/(?:\\.|[^,+\\])+/g) ?? []
  return parts.map((part) => unescaped(part.trim())).reverse()
}

function unescaped(part: string): string {
  const [type = '', ...value] = part.split('=')
  return `${type.trim().toUpperCase()}=${value.join('=').trim().replace(/\\(.)/g, '$1')}`
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index])

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  sameList([...new Set(one)].sort(), [...new Set(other)].sort())

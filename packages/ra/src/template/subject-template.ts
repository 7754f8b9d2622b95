import { attributeTypeByKeyword, buildName, der, type Name, nameFromText, PkiError } from '@chancery/pki'
import type { SubjectAltNameType } from '../profile.ts'
import { TemplateError } from './template-error.ts'

/** What a placeholder stands for. */
export type Source =
  /** The first attribute of a type, as the subject of the request reads in RFC 4514. */
  | { readonly from: 'request'; readonly oid: string }
  /** The first alternative name of a type. */
  | { readonly from: 'san'; readonly type: SubjectAltNameType }
  | { readonly from: 'transactionId' }

interface Placeholder {
  readonly source: Source
  /** In its place where the request has no such value. */
  readonly fallback: string | undefined
  /** As it was written. */
  readonly text: string
}

interface TemplateAttribute {
  readonly oid: string
  readonly pieces: readonly (string | Placeholder)[]
}

/** In the order of the encoding. */
export type SubjectTemplate = readonly (readonly TemplateAttribute[])[]

/**
 * A template is RFC 4514 text whose values may hold placeholders: `CN={request.CN},OU={request.OU|Unknown},O=Example`. It
 * is read once, before any value is known, so that a value is never read as part of a name.
 * @throws {TemplateError}
 */
export function parseSubjectTemplate(text: string): SubjectTemplate {
  const placeholders: Placeholder[] = []
  if (PRIVATE_USE.test(text)) throw new TemplateError('it has a character of the private use area')
  // Of the same length, so that the positions of faults are those of the text.
  const masked = text.replace(/\{([^{}]*)\}/g, (whole, inner: string) => {
    placeholders.push(parsePlaceholder(inner, whole))
    return String.fromCharCode(FIRST_MARK + placeholders.length - 1) + FILLER.repeat(whole.length - 1)
  })
  if (placeholders.length > MOST_PLACEHOLDERS) throw new TemplateError(`at most ${MOST_PLACEHOLDERS} placeholders`)
  if (/[{}]/.test(masked)) throw new TemplateError('a brace that belongs to no placeholder is written \\7B or \\7D')
  const template = parsed(masked).rdns.map((rdn) =>
    rdn.map(({ oid, value }) => ({ oid, pieces: piecesOf(value, placeholders) })),
  )
  if (template.length === 0) throw new TemplateError('it is empty')
  return template
}

/**
 * The subject for one request. An attribute whose value comes to nothing is left out.
 * @param textOf the value of a source, as text; undefined: the request has none
 * @returns the placeholder that has no value, or the name
 * @throws {PkiError} when a value cannot be encoded
 */
export function fillSubject(
  template: SubjectTemplate,
  textOf: (source: Source) => string | undefined,
): { readonly name: Name } | { readonly missing: string } {
  let missing: string | undefined
  const rdns = template
    .map((rdn) =>
      rdn.map(({ oid, pieces }) => ({
        oid,
        value: pieces
          .map((piece) => {
            if (typeof piece === 'string') return piece
            const found = textOf(piece.source) || piece.fallback
            if (found === undefined) missing ??= piece.text
            return found ?? ''
          })
          .join(''),
      })),
    )
    .map((rdn) => rdn.filter(({ value }) => value !== ''))
    .filter((rdn) => rdn.length > 0)
  return missing === undefined ? { name: buildName(rdns) } : { missing }
}

/** Characters that stand for placeholders while the text is read; none of them is allowed in it. */
const PRIVATE_USE = /[\ue000-\uf8ff]/
const FIRST_MARK = 0xe000
const FILLER = '\uf8ff'
const MOST_PLACEHOLDERS = 50

const NAME_TYPES: ReadonlySet<string> = new Set(['dns', 'email', 'uri', 'ip', 'upn'] satisfies SubjectAltNameType[])

function parsePlaceholder(inner: string, text: string): Placeholder {
  const bar = inner.indexOf('|')
  const word = (bar === -1 ? inner : inner.slice(0, bar)).trim()
  const source = sourceOf(word)
  if (source === undefined) {
    throw new TemplateError(
      `${text} is no placeholder; there are {request.CN} and other attributes, {san.dns}, {san.email}, {san.uri}, {san.ip}, {san.upn} and {transactionId}, each with a default such as {request.OU|Unknown}`,
    )
  }
  return { source, fallback: bar === -1 ? undefined : inner.slice(bar + 1), text }
}

function sourceOf(word: string): Source | undefined {
  if (word === 'transactionId') return { from: 'transactionId' }
  const [from, ...rest] = word.split('.')
  const what = rest.join('.')
  if (from === 'san') return NAME_TYPES.has(what) ? { from, type: what as SubjectAltNameType } : undefined
  const oid = attributeTypeByKeyword(what)?.oid ?? what
  return from === 'request' && der.isOid(oid) ? { from, oid } : undefined
}

function parsed(masked: string): Name {
  try {
    return nameFromText(masked)
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause
    throw new TemplateError(cause.message, { cause })
  }
}

function piecesOf(value: string | undefined, placeholders: readonly Placeholder[]): (string | Placeholder)[] {
  if (value === undefined || value === '') throw new TemplateError('every attribute needs a value that is text')
  return value
    .replaceAll(FILLER, '')
    .split(/([\ue000-\uf8fe])/)
    .filter((piece) => piece !== '')
    .map((piece) => (PRIVATE_USE.test(piece) ? markedPlaceholder(piece, placeholders) : piece))
}

/** An escape such as \EE\80\80 is one of the marks too, and stands for no placeholder. */
function markedPlaceholder(mark: string, placeholders: readonly Placeholder[]): Placeholder {
  const found = placeholders[mark.charCodeAt(0) - FIRST_MARK]
  if (found === undefined) throw new TemplateError('it has a character of the private use area')
  return found
}
